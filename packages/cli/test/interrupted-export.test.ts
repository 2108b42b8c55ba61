import { type ChildProcess, spawn } from "node:child_process";
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

/** Exports many orders, does something once the reader has a part of them, and reads the rest of the output. */
async function interruptExport(
  args: readonly string[],
  interrupt: (child: ChildProcess, emulator: { close(): Promise<void> }) => unknown,
): Promise<Interrupted> {
  const { start, emulator } = await startQbench({ records: { orders: ROWS } });
  for (let id = 1; id <= 500; id++) emulator.records.update("orders", id, { special_instructions: NOTE });
  const child = start(["export", "orders", ...args]);
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

/** How each format is read by the programs that it is made for. Each function throws if a row is incomplete. */
const readers: Record<string, (text: string) => Record<string, unknown>[]> = {
  ndjson: rowsOf,
  // Throws if a quote is open, or if a row has more or fewer values than the header.
  csv: text => parse(text, { columns: true, cast: value => (/^\d+$/.test(value) ? Number(value) : value) }),
};
const formats = Object.keys(readers);

/** Checks that the output has the first rows of the list, each once and with all of its fields. */
function expectWholeRows(format: string, output: string): number {
  expect(output.endsWith("\n")).toBe(true);
  const rows = readers[format]?.(output) ?? [];
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.length).toBeLessThan(ROWS);
  expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => index + 1));
  expect(rows[0]?.special_instructions).toBe(NOTE);
  expect(new Set(rows.map(row => Object.keys(row).join())).size).toBe(1);
  return rows.length;
}

/** Returns the output up to the last line feed that ends a row. One inside of a quoted CSV text does not. */
function withoutPartialRow(format: string, output: string): string {
  let end = output.lastIndexOf("\n") + 1;
  const isQuoted = () => format === "csv" && (output.slice(0, end).split('"').length - 1) % 2 === 1;
  while (isQuoted()) end = output.lastIndexOf("\n", end - 2) + 1;
  return output.slice(0, end);
}

describe("an export of 100,000 rows that is interrupted", () => {
  describe.each(formats)("as %s", format => {
    it.each([
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const)(`ends after a whole row of ${format} on %s, with exit code %d`, async (signal, expected) => {
      const { code, stdout, stderr } = await interruptExport(["--format", format], child => child.kill(signal));
      expect([code, stderr]).toEqual([expected, "qbench: stopped\n"]);
      expectWholeRows(format, stdout);
    });

    it(`leaves whole rows of ${format}, except for the last one, if the process is killed`, async () => {
      const { code, signal, stdout } = await interruptExport(["--format", format], child => child.kill("SIGKILL"));
      expect([code, signal]).toEqual([null, "SIGKILL"]);
      expectWholeRows(format, withoutPartialRow(format, stdout));
    });

    it(`writes whole rows of ${format} and exits with 1 if the server goes away`, async () => {
      const { code, stdout, stderr } = await interruptExport(["--format", format], (_, server) => server.close());
      expect(code).toBe(1);
      const rows = expectWholeRows(format, stdout);
      expect(stderr).toMatch(new RegExp(`^qbench: The export stopped after ${rows} records\\. [^\n]+\n$`));
    });
  });
});
