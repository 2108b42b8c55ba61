import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { createQBenchClient, type QBenchClient } from "@qbench-sdk/client";
import { describe, expect, it, vi } from "vitest";
import { runExport } from "../src/run-export.ts";
import { startTestTenant } from "./support/service.ts";

const tests = "GET /qbench/api/v2/tests";
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Changes the file in a way that the service itself never does. */
function executeSql(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Creates, updates and deletes tests until it is stopped. Returns the ids of those that it deleted. */
function keepChangingTests(client: QBenchClient, count: number) {
  const present = Array.from({ length: count }, (_, index) => index + 1);
  const deleted: number[] = [];
  let isStopped = false;
  let changes = 0;
  /** Selects another one of the tests each time, all over the list. */
  const nextIndex = (): number => (++changes * 7919) % present.length;
  async function run(): Promise<number[]> {
    while (!isStopped) {
      const [created] = await client.tests.create([{ sample_id: 1, assay_id: 1 }]);
      const [gone = 0] = present.splice(nextIndex(), 1);
      await client.tests.delete(gone);
      deleted.push(gone);
      const ids = new Set(Array.from({ length: 100 }, () => present[nextIndex()] ?? 0));
      await client.tests.update(Array.from(ids, id => ({ id, comments: `change ${changes}` })));
      if (created) present.push(created.id);
    }
    return deleted;
  }
  const running = run();
  return (): Promise<number[]> => {
    isStopped = true;
    return running;
  };
}

// A slow machine needs time for the processes and for thousands of records.
describe("the nightly export", { timeout: 120_000 }, () => {
  it("writes every test to the file, as JSON and in columns", async () => {
    const { client, path, select } = await startTestTenant({ records: { tests: 2000 } });
    const { code, output } = await runExport(path);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(
      /tests\.sqlite: 2,000 created, 0 updated, 0 deleted \([\d.]+ s, \d+ API requests, 1 token request\)\n$/,
    );
    expect(select("SELECT count(*) AS count, min(id) AS first, max(id) AS last FROM tests")).toEqual([
      { count: 2000, first: 1, last: 2000 },
    ]);
    const record = await client.tests.get(1234);
    const [row] = select("SELECT * FROM tests WHERE id = 1234");
    const { state, sample_id, assay_id } = record;
    expect(row).toMatchObject({ state, sample_id, assay_id, deleted: 0 });
    expect(JSON.parse(String(row?.json))).toMatchObject({ id: 1234, state, last_updated: record.last_updated });
    expect(row?.last_updated).toBe(new Date(Number(record.last_updated) * 1000).toISOString());
    expect(row?.date_created).toMatch(iso);
    expect(row?.saved).toMatch(iso);
  });

  it("loses, repeats and keeps nothing that it should not, although it is killed 20 times while the tests change", async () => {
    const count = 1000;
    const { path, select } = await startTestTenant({
      records: { tests: count },
      limits: { requests: 1_000_000, concurrent: 1000 },
    });
    const client = createQBenchClient({ limits: false });
    const stop = keepChangingTests(client, count);
    let kills = 0;
    for (let run = 0; kills < 20; run++) {
      expect(run).toBeLessThan(100);
      const { signal, code, output } = await runExport(path, { with: "SIGKILL", after: (run * 317) % count });
      if (signal === "SIGKILL") kills++;
      else expect({ code, output }).toMatchObject({ code: 0 });
    }
    const deleted = await stop();
    expect(await runExport(path)).toMatchObject({ code: 0 });
    const rows = select("SELECT json FROM tests WHERE NOT deleted ORDER BY id").map(({ json }) =>
      JSON.parse(`${json}`),
    );
    expect(rows).toEqual(await client.tests.list().toArray());
    const marked = select("SELECT id FROM tests WHERE deleted").map(({ id }) => Number(id));
    expect(marked.filter(id => !deleted.includes(id))).toEqual([]);
    expect((await runExport(path)).output).toContain(" 0 created, 0 updated, 0 deleted ");
    expect(select("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  it("resumes after a kill, and does not read everything again", async () => {
    const { emulator, path, select } = await startTestTenant({ records: { tests: 6500 } });
    const killed = await runExport(path, { with: "SIGKILL", after: 5200 });
    expect(killed.signal).toBe("SIGKILL");
    const [before] = select("SELECT count(*) AS count FROM tests");
    expect(before?.count).toBeGreaterThanOrEqual(5200);
    expect(before?.count).toBeLessThan(6500);
    const requestsBefore = emulator.stats.byOperation[tests] ?? 0;
    const { code, output } = await runExport(path);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain(`: ${(6500 - Number(before?.count)).toLocaleString("en")} created, 0 updated, 0 deleted `);
    expect(emulator.stats.byOperation[tests]).toBeLessThan(requestsBefore + 60);
    expect(select("SELECT count(*) AS count, sum(id) AS sum FROM tests")).toEqual([
      { count: 6500, sum: (6500 * 6501) / 2 },
    ]);
  });

  it("stops between two pages on SIGTERM, and resumes in the next run", async () => {
    const { path, select } = await startTestTenant({ records: { tests: 3000 } });
    const stopped = await runExport(path, { with: "SIGTERM", after: 500 });
    expect(stopped).toMatchObject({ code: 143, signal: null });
    expect(stopped.output).toBe(
      `Stopped by SIGTERM\n${path} contains the tests saved so far. Run the same command again to resume.\n`,
    );
    expect(await runExport(path)).toMatchObject({ code: 0 });
    expect(select("SELECT count(*) AS count FROM tests")).toEqual([{ count: 3000 }]);
  });

  it("reads only changed, added and deleted tests in the next run", async () => {
    const { emulator, client, path, select } = await startTestTenant({ records: { tests: 500 } });
    await runExport(path);
    const [first] = select("SELECT max(saved) AS saved FROM tests");
    await client.tests.update([
      { id: 5, state: "REPORTED" },
      { id: 6, state: "REPORTED" },
    ]);
    await client.tests.delete(7);
    const [added] = await client.tests.create([{ sample_id: 1, assay_id: 1 }]);
    const requestsBefore = emulator.stats.byOperation[tests] ?? 0;
    const { output } = await runExport(path);
    expect(output).toContain(": 1 created, 2 updated, 1 deleted ");
    expect(emulator.stats.byOperation[tests]).toBeLessThan(requestsBefore + 10);
    expect(select(`SELECT id, deleted FROM tests WHERE saved > '${first?.saved}' ORDER BY id`)).toEqual([
      { id: 5, deleted: 0 },
      { id: 6, deleted: 0 },
      { id: 7, deleted: 1 },
      { id: added?.id, deleted: 0 },
    ]);
    expect(select("SELECT state FROM tests WHERE id = 5")).toEqual([{ state: "REPORTED" }]);
    // The overlap makes the next run read them again. They have not changed.
    expect((await runExport(path)).output).toContain(": 0 created, 0 updated, 0 deleted ");
  });

  it("compares all tests with --full, and corrects rows that were wrong", async () => {
    const { path, select } = await startTestTenant();
    await runExport(path);
    executeSql(path, "DELETE FROM tests WHERE id = 3; UPDATE tests SET deleted = 1 WHERE id = 4");
    expect((await runExport(path)).output).toContain(": 0 created, 0 updated, 0 deleted ");
    const { output } = await runExport(path, undefined, ["--full"]);
    expect(output).toContain(": 2 created, 0 updated, 0 deleted ");
    expect(select("SELECT count(*) AS count, sum(deleted) AS deleted FROM tests")).toEqual([
      { count: 192, deleted: 0 },
    ]);
  });

  it("names a wrong setting in one line", async () => {
    const { path } = await startTestTenant();
    vi.stubEnv("QBENCH_CLIENT_SECRET", "not the secret");
    const { code, output } = await runExport(path);
    expect(code).toBe(1);
    expect(output).toMatch(/^QBenchAuthError: .*QBENCH_CLIENT_SECRET.*\n$/);
    expect(output).not.toContain("not the secret");
  });

  it("rejects a file of another tenant, and a file that is not a database", async () => {
    const { emulator, path } = await startTestTenant();
    await runExport(path);
    executeSql(path, "UPDATE mirror SET tenant = 'https://other.qbench.net'");
    expect(await runExport(path)).toMatchObject({
      code: 1,
      output: `ExportFileError: ${path} holds the tests of https://other.qbench.net, not of ${emulator.url}. Choose another file with --to.\n`,
    });
    await writeFile(`${path}.txt`, "This is a text and not a database.".repeat(100));
    expect(await runExport(`${path}.txt`)).toMatchObject({
      code: 1,
      output: `ExportFileError: Could not open ${path}.txt: file is not a database\n`,
    });
  });

  it.each([
    [["--everything"], "Unknown argument --everything. The closest valid argument is --to."],
    [["--ful"], "Unknown argument --ful. The closest valid argument is --full."],
    [["progress"], "Unknown argument progress. The closest valid argument is --progress."],
    [["--fulll=made-up"], "Unknown argument --fulll. The closest valid argument is --full."],
    [["--full=yes"], "The option --full takes no value."],
    [["--to"], "option '--to <file>' argument missing"],
    [["--to", "--full"], "option '--to <file>' argument '--full' is invalid. The value is missing."],
  ])("prints one line about the wrong arguments %j, and does nothing", async (args, message) => {
    const { emulator, path } = await startTestTenant();
    expect(await runExport(path, undefined, args)).toMatchObject({ code: 2, output: `${message}\n` });
    expect(emulator.stats.requests).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it("prints its options for --help, and does nothing", async () => {
    const { emulator, path } = await startTestTenant();
    const { code, output } = await runExport(path, undefined, ["--full", "--help"]);
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^Usage: .*--to <file>.*--full/s),
    });
    expect(emulator.stats.requests).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});
