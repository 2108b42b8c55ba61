import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { createQBenchClient, type ListProgress, QBenchConnectionError, QBenchListError } from "@qbench-sdk/client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { exportTests } from "../src/export-tests.ts";
import { runExport } from "../src/run-export.ts";
import { openTestsFile } from "../src/tests-file.ts";
import { startTestTenant } from "./support/service.ts";

const tests = "GET /qbench/api/v2/tests";
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const minutes = 60_000;

/** Returns options for an export without a signal to stop it. */
const exportOptions = (onProgress: (progress: ListProgress) => void = () => {}) => ({
  full: false,
  signal: new AbortController().signal,
  onProgress,
});

/** Changes the file in a way that the service itself never does. */
function executeSql(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

// A slow machine needs time for the processes and for thousands of records.
describe("the nightly export", { timeout: 120_000 }, () => {
  it("writes every test to the file, as JSON and in columns", async () => {
    const { client, path, select } = await startTestTenant({ records: { tests: 2000 } });
    const { code, output } = await runExport(path);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/^Run 1, all tests: 2,000 tests read, 2,000 new, 0 changed, 0 deleted\n/);
    expect(output).toMatch(/tests\.sqlite: [\d.]+ s, \d+ API requests, 1 token request\n$/);
    expect(select("SELECT count(*) AS count, min(id) AS first, max(id) AS last FROM tests")).toEqual([
      { count: 2000, first: 1, last: 2000 },
    ]);
    const record = await client.tests.get(1234);
    const [row] = select("SELECT * FROM tests WHERE id = 1234");
    const { state, sample_id, assay_id } = record;
    expect(row).toMatchObject({ state, sample_id, assay_id, deleted: 0, run: 1 });
    expect(JSON.parse(String(row?.json))).toMatchObject({ id: 1234, state, last_updated: record.last_updated });
    expect(row?.last_updated).toBe(new Date(Number(record.last_updated) * 1000).toISOString());
    expect(row?.date_created).toMatch(iso);
    expect(select("SELECT since, cursor, read FROM runs WHERE finished NOT NULL")).toEqual([
      { since: null, cursor: null, read: 2000 },
    ]);
  });

  it("resumes after a kill and misses no test", async () => {
    const { emulator, path, select } = await startTestTenant({ records: { tests: 6500 } });
    const killed = await runExport(path, { with: "SIGKILL", after: 5200 });
    expect(killed.signal).toBe("SIGKILL");
    const [before] = select("SELECT count(*) AS count FROM tests");
    expect(before?.count).toBeGreaterThanOrEqual(5200);
    expect(before?.count).toBeLessThan(6500);
    expect(select("SELECT finished FROM runs")).toEqual([{ finished: null }]);

    const requestsBefore = emulator.stats.byOperation[tests] ?? 0;
    const { code, output } = await runExport(path);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/^Run 1, all tests, resumed at page \d\d+: .* 6,500 new, 0 changed, 0 deleted\n/);
    // A second run reads what has changed since the first one started.
    expect(output).toMatch(/\nRun 2, changes since .*: 0 tests read/);
    expect(emulator.stats.byOperation[tests]).toBeLessThan(requestsBefore + 60);
    expect(select("SELECT count(*) AS count, sum(id) AS sum FROM tests")).toEqual([
      { count: 6500, sum: (6500 * 6501) / 2 },
    ]);
    expect(select("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  it("stops between two pages on SIGTERM, and resumes in the next run", async () => {
    const { path, select } = await startTestTenant({ records: { tests: 3000 } });
    const stopped = await runExport(path, { with: "SIGTERM", after: 500 });
    expect(stopped).toMatchObject({ code: 143, signal: null });
    expect(stopped.output).toBe(
      `Stopped by SIGTERM\n${path} contains the tests read so far. Run the same command again to resume.\n`,
    );
    const [run] = select("SELECT read, (SELECT count(*) FROM tests) AS count, finished FROM runs");
    expect(run).toMatchObject({ read: run?.count, finished: null });
    expect(await runExport(path)).toMatchObject({ code: 0 });
    expect(select("SELECT count(*) AS count FROM tests")).toEqual([{ count: 3000 }]);
  });

  it("resumes after a page that could not be read", async () => {
    const { emulator, client, path, select } = await startTestTenant({ records: { tests: 6500 } });
    const file = openTestsFile(path, emulator.url);
    onTestFinished(() => file.close());
    const failing = exportTests(
      client,
      file,
      exportOptions(({ rows }) => {
        if (rows === 5500) emulator.faults.add({ on: "api", status: 404, times: 1 });
      }),
    );
    await expect(failing).rejects.toBeInstanceOf(QBenchListError);
    expect(file.findUnfinishedRun(false)).toMatchObject({
      id: 1,
      list: "changed",
      cursor: { after: expect.any(Number) },
    });
    const requestsBefore = emulator.stats.byOperation[tests] ?? 0;
    const run = await exportTests(client, file, exportOptions());
    expect(run).toMatchObject({ id: 1, added: 6500, changed: 0 });
    expect(emulator.stats.byOperation[tests]).toBeLessThan(requestsBefore + 60);
    expect(select("SELECT count(*) AS count FROM tests")).toEqual([{ count: 6500 }]);
  });

  it("resumes in the list of deleted tests if it was interrupted there", async () => {
    const { emulator, client, path, select } = await startTestTenant();
    for (const id of [7, 8, 9]) await client.tests.delete(id);
    let isBroken = true;
    const requestedDeleted: boolean[] = [];
    const breaking = createQBenchClient({
      retry: false,
      fetch(request, init) {
        const isDeleted = request.url.includes("include_deleted=DELETED_ONLY");
        if (isDeleted && isBroken) return Promise.reject(new TypeError("fetch failed"));
        if (request.url.includes("/tests?")) requestedDeleted.push(isDeleted);
        return fetch(request, init);
      },
    });
    const file = openTestsFile(path, emulator.url);
    onTestFinished(() => file.close());
    await expect(exportTests(breaking, file, exportOptions())).rejects.toBeInstanceOf(QBenchConnectionError);
    expect(file.findUnfinishedRun(false)).toMatchObject({ list: "deleted", read: 189, added: 189 });
    isBroken = false;
    requestedDeleted.length = 0;
    expect(await exportTests(breaking, file, exportOptions())).toMatchObject({ id: 1, added: 189, deleted: 3 });
    expect(requestedDeleted).toEqual([true]);
    expect(select("SELECT id FROM tests WHERE deleted = 1")).toEqual([{ id: 7 }, { id: 8 }, { id: 9 }]);
  });

  it("reads only changed, added and deleted tests in the next run", async () => {
    const { emulator, client, path, select } = await startTestTenant({ records: { tests: 500 } });
    await runExport(path);
    const [first] = select("SELECT started FROM runs");
    await client.tests.update([
      { id: 5, state: "REPORTED" },
      { id: 6, state: "REPORTED" },
    ]);
    await client.tests.delete(7);
    const [added] = await client.tests.create([{ sample_id: 1, assay_id: 1 }]);
    const requestsBefore = emulator.stats.byOperation[tests] ?? 0;
    const { output } = await runExport(path);
    const since = new Date(Date.parse(String(first?.started)) - 10 * minutes).toISOString();
    expect(output).toContain(`Run 2, changes since ${since}: 4 tests read, 1 new, 2 changed, 1 deleted\n`);
    expect(emulator.stats.byOperation[tests]).toBe(requestsBefore + 3);
    expect(select("SELECT id, deleted FROM tests WHERE run = 2 ORDER BY id")).toEqual([
      { id: 5, deleted: 0 },
      { id: 6, deleted: 0 },
      { id: 7, deleted: 1 },
      { id: added?.id, deleted: 0 },
    ]);
    expect(select("SELECT state FROM tests WHERE id = 5")).toEqual([{ state: "REPORTED" }]);
    // The overlap makes the next run read them again. They have not changed.
    expect((await runExport(path)).output).toMatch(/: 4 tests read, 0 new, 0 changed, 0 deleted\n/);
  });

  it("reads all tests again with --full, and corrects rows that were wrong", async () => {
    const { path, select } = await startTestTenant();
    await runExport(path);
    executeSql(path, "DELETE FROM tests WHERE id = 3; UPDATE tests SET deleted = 1 WHERE id = 4");
    expect((await runExport(path)).output).toMatch(/: 0 tests read/);
    const { output } = await runExport(path, undefined, ["--full"]);
    expect(output).toMatch(/^Run 3, all tests: 192 tests read, 1 new, 1 changed, 0 deleted\n/);
    expect(select("SELECT count(*) AS count, sum(deleted) AS deleted FROM tests")).toEqual([
      { count: 192, deleted: 0 },
    ]);
  });

  it("takes the time of a run from the clock of QBench", async () => {
    const { emulator, path } = await startTestTenant();
    const date = "Thu, 01 Jan 2026 00:00:00 GMT";
    const client = createQBenchClient({
      async fetch(request) {
        const { body, status, headers } = await emulator.fetch(request);
        return new Response(body, { status, headers: { ...Object.fromEntries(headers), date } });
      },
    });
    const file = openTestsFile(path, emulator.url);
    onTestFinished(() => file.close());
    await exportTests(client, file, exportOptions());
    const second = await exportTests(client, file, exportOptions());
    expect(second.since).toEqual(new Date(Date.parse(date) - 10 * minutes));
    // The emulator creates its tests with earlier dates.
    expect(second.read).toBeLessThan(192);
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
    executeSql(path, "UPDATE runs SET tenant = 'https://other.qbench.net'");
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
