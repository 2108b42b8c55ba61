import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { rowsOf, startQbench } from "./support/qbench.ts";

const ROWS = 100_000;
/** Some pages of orders. The pipe to the command holds less, so that the command waits once this much was read. */
const MIDWAY_BYTES = 1_000_000;
const NOTE = 'two\nlines, "quoted"\r\n';

interface Interrupted {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The whole output, from before and after the interruption. */
  stdout: string;
  stderr: string;
}

/** Runs an export of many orders, does something once the reader has a part of them, and reads the rest of the output. */
async function interruptExport(
  args: readonly string[],
  interrupt: (child: ChildProcess, emulator: { close(): Promise<void> }) => unknown,
): Promise<Interrupted> {
  const { start, emulator } = await startQbench({ records: { orders: ROWS } });
  for (let id = 1; id <= 500; id++) emulator.records.update("orders", id, { special_instructions: NOTE });
  const child = start(args);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  await expect.poll(() => stdout.bytes(), { timeout: 100_000 }).toBeGreaterThan(MIDWAY_BYTES);
  // The command cannot finish, because nothing reads its output.
  child.stdout.pause();
  await interrupt(child, emulator);
  child.stdout.resume();
  const [code, signal] = await once(child, "close");
  return { code, signal, stdout: stdout.text(), stderr: stderr.text() };
}

function collect(stream: Readable): { bytes(): number; text(): string } {
  const chunks: Buffer[] = [];
  stream.on("data", chunk => chunks.push(chunk));
  return {
    bytes: () => chunks.reduce((sum, { length }) => sum + length, 0),
    text: () => Buffer.concat(chunks).toString(),
  };
}

type Rows = Record<string, unknown>[];

interface Export {
  args: readonly string[];
  /** Reads the output of an export that ended with a signal. Throws if a row is incomplete. */
  read(output: string): Rows;
  /** Reads the output of an export that failed. */
  readFailed?(output: string): Rows;
  /** Returns the whole rows of an export that was killed. */
  readKilled(output: string): Rows;
}

/** Throws if a quote is open, or if a row has more or fewer values than the header. */
const readCsv = (output: string): Rows =>
  parse(output, { columns: true, cast: value => (/^\d+$/.test(value) ? Number(value) : value) });

const untilLast = (output: string, end: string): string => output.slice(0, output.lastIndexOf(end) + end.length);

/** Removes a row that is incomplete. A line feed inside of quotes does not end a row. */
function untilLastRow(csv: string): string {
  let whole = untilLast(csv, "\n");
  while (whole.split('"').length % 2 === 0) whole = untilLast(whole.slice(0, -1), "\n");
  return whole;
}

const lines: Omit<Export, "args"> = { read: rowsOf, readKilled: output => rowsOf(untilLast(output, "\n")) };

const exports: Record<string, Export> = {
  ndjson: { args: ["export", "orders", "--format", "ndjson"], ...lines },
  "the lines of api --paginate": { args: ["api", "orders", "--paginate"], ...lines },
  csv: {
    args: ["export", "orders", "--format", "csv"],
    read: readCsv,
    readKilled: output => readCsv(untilLastRow(output)),
  },
  json: {
    args: ["export", "orders", "--format", "json"],
    read: JSON.parse,
    // The array stays open, so that no program takes the rows for the whole list.
    readFailed: output => JSON.parse(`${output}]`),
    readKilled: output => JSON.parse(`${untilLast(output, "\n  }")}]`),
  },
};

/** Checks that these are the first rows of the list, each once and with all of its fields. */
function expectWhole(rows: Rows): void {
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.length).toBeLessThan(ROWS);
  expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => index + 1));
  expect(rows[0]?.special_instructions).toBe(NOTE);
  expect(new Set(rows.map(row => Object.keys(row).join())).size).toBe(1);
}

describe.each(Object.entries(exports))(
  "an export of 100,000 rows as %s",
  (name, { args, read, readFailed = read, readKilled }) => {
    it.each([
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const)(`ends after a whole row of ${name} on %s, with exit code %d`, async (signal, expected) => {
      const { code, stdout, stderr } = await interruptExport(args, child => child.kill(signal));
      expect([code, stderr, stdout.at(-1)]).toEqual([expected, "qbench: stopped\n", "\n"]);
      expectWhole(read(stdout));
    });

    it(`leaves whole rows of ${name}, except for the last one, if the process is killed`, async () => {
      const { code, signal, stdout } = await interruptExport(args, child => child.kill("SIGKILL"));
      expect([code, signal]).toEqual([null, "SIGKILL"]);
      expectWhole(readKilled(stdout));
    });

    it(`writes whole rows of ${name} and exits with 1 if the server goes away`, async () => {
      const { code, stdout, stderr } = await interruptExport(args, (_, emulator) => emulator.close());
      expect(code).toBe(1);
      const rows = readFailed(stdout);
      expectWhole(rows);
      expect(stderr).toMatch(new RegExp(`^qbench: The export stopped after ${rows.length} records\\. [^\n]+\n$`));
    });
  },
);

describe("an export whose output is not read", () => {
  it("ends immediately on the second signal", async () => {
    const { code, signal } = await interruptExport(["export", "orders"], async child => {
      child.kill("SIGINT");
      child.kill("SIGTERM");
      await once(child, "exit");
    });
    expect([code, signal]).toEqual([143, null]);
  });
});
