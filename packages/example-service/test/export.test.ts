import { writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { createQBenchClient, type ListProgress, QBenchConnectionError, QBenchListError } from "@qbench-sdk/client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { exportTests } from "../src/export-tests.ts";
import { runExport } from "../src/run-export.ts";
import { openTestsFile } from "../src/tests-file.ts";
import { setUp } from "./support/service.ts";

const tests = "GET /qbench/api/v2/tests";
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const minutes = 60_000;

/** The options of an export that nobody stops or watches. */
const quietly = (onProgress: (progress: ListProgress) => void = () => {}) => ({
  full: false,
  signal: new AbortController().signal,
  onProgress,
});

/** Does to a file what the service itself never does. */
function meddle(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

// Processes, and thousands of tests: a busy machine needs time for them.
describe("The export", { timeout: 120_000 }, () => {
  it("writes every test into the file, whole and in columns", async () => {
    const { client, path, select } = await setUp({ records: { tests: 2000 } });
    const { code, output } = await runExport(path);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/^Run 1, everything: 2,000 tests read, 2,000 new, 0 changed, 0 deleted\n/);
    expect(output).toMatch(/tests\.sqlite: [\d.]+ s, \d+ API calls, 1 token call\n$/);
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
    expect(select("SELECT since, point, read FROM runs WHERE finished NOT NULL")).toEqual([
      { since: null, point: null, read: 2000 },
    ]);
  });

  it("that was killed goes on where it was, and nothing is missing", async () => {
    const { emulator, path, select } = await setUp({ records: { tests: 6500 } });
    const killed = await runExport(path, { with: "SIGKILL", after: 5200 });
    expect(killed.signal).toBe("SIGKILL");
    const [before] = select("SELECT count(*) AS count FROM tests");
    expect(before?.count).toBeGreaterThanOrEqual(5200);
    expect(before?.count).toBeLessThan(6500);
    expect(select("SELECT finished FROM runs")).toEqual([{ finished: null }]);

    const asked = emulator.stats.byOperation[tests] ?? 0;
    const { code, output } = await runExport(path);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/^Run 1, everything, gone on with at page \d\d+: .* 6,500 new, 0 changed, 0 deleted\n/);
    // What changed meanwhile comes with a run of its own.
    expect(output).toMatch(/\nRun 2, what has changed since .*: 0 tests read/);
    expect(emulator.stats.byOperation[tests]).toBeLessThan(asked + 60);
    expect(select("SELECT count(*) AS count, sum(id) AS sum FROM tests")).toEqual([
      { count: 6500, sum: (6500 * 6501) / 2 },
    ]);
    expect(select("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  it("that is told to stop ends between two pages, says so, and goes on the next time", async () => {
    const { path, select } = await setUp({ records: { tests: 3000 } });
    const stopped = await runExport(path, { with: "SIGTERM", after: 500 });
    expect(stopped).toMatchObject({ code: 143, signal: null });
    expect(stopped.output).toBe(
      `Stopped by SIGTERM\nWhat was read is in ${path}; the same command goes on from there.\n`,
    );
    const [run] = select("SELECT read, (SELECT count(*) FROM tests) AS count, finished FROM runs");
    expect(run).toMatchObject({ read: run?.count, finished: null });
    expect(await runExport(path)).toMatchObject({ code: 0 });
    expect(select("SELECT count(*) AS count FROM tests")).toEqual([{ count: 3000 }]);
  });

  it("goes on where it was after a page that could not be read", async () => {
    const { emulator, client, path, select } = await setUp({ records: { tests: 6500 } });
    const file = openTestsFile(path, emulator.url);
    onTestFinished(() => file.close());
    const failing = exportTests(
      client,
      file,
      quietly(({ rows }) => {
        if (rows === 5500) emulator.faults.add({ on: "api", status: 404, times: 1 });
      }),
    );
    await expect(failing).rejects.toBeInstanceOf(QBenchListError);
    expect(file.unfinishedRun(false)).toMatchObject({ id: 1, list: "changed", point: { after: expect.any(Number) } });
    const asked = emulator.stats.byOperation[tests] ?? 0;
    const run = await exportTests(client, file, quietly());
    expect(run).toMatchObject({ id: 1, added: 6500, changed: 0 });
    expect(emulator.stats.byOperation[tests]).toBeLessThan(asked + 60);
    expect(select("SELECT count(*) AS count FROM tests")).toEqual([{ count: 6500 }]);
  });

  it("goes on in the list of the deleted ones, if it had come there", async () => {
    const { emulator, client, path, select } = await setUp();
    for (const id of [7, 8, 9]) await client.tests.delete(id);
    let isBroken = true;
    const asked: boolean[] = [];
    const breaking = createQBenchClient({
      retry: false,
      fetch(request, init) {
        const isDeleted = request.url.includes("include_deleted=DELETED_ONLY");
        if (isDeleted && isBroken) return Promise.reject(new TypeError("fetch failed"));
        if (request.url.includes("/tests?")) asked.push(isDeleted);
        return fetch(request, init);
      },
    });
    const file = openTestsFile(path, emulator.url);
    onTestFinished(() => file.close());
    await expect(exportTests(breaking, file, quietly())).rejects.toBeInstanceOf(QBenchConnectionError);
    expect(file.unfinishedRun(false)).toMatchObject({ list: "deleted", read: 189, added: 189 });
    isBroken = false;
    asked.length = 0;
    expect(await exportTests(breaking, file, quietly())).toMatchObject({ id: 1, added: 189, deleted: 3 });
    expect(asked).toEqual([true]);
    expect(select("SELECT id FROM tests WHERE deleted = 1")).toEqual([{ id: 7 }, { id: 8 }, { id: 9 }]);
  });

  it("reads in the next run only what was changed, added and deleted since", async () => {
    const { emulator, client, path, select } = await setUp({ records: { tests: 500 } });
    await runExport(path);
    const [first] = select("SELECT started FROM runs");
    await client.tests.update([
      { id: 5, state: "REPORTED" },
      { id: 6, state: "REPORTED" },
    ]);
    await client.tests.delete(7);
    const [added] = await client.tests.create([{ sample_id: 1, assay_id: 1 }]);
    const asked = emulator.stats.byOperation[tests] ?? 0;
    const { output } = await runExport(path);
    const since = new Date(Date.parse(String(first?.started)) - 10 * minutes).toISOString();
    expect(output).toContain(`Run 2, what has changed since ${since}: 4 tests read, 1 new, 2 changed, 1 deleted\n`);
    expect(emulator.stats.byOperation[tests]).toBe(asked + 3);
    expect(select("SELECT id, deleted FROM tests WHERE run = 2 ORDER BY id")).toEqual([
      { id: 5, deleted: 0 },
      { id: 6, deleted: 0 },
      { id: 7, deleted: 1 },
      { id: added?.id, deleted: 0 },
    ]);
    expect(select("SELECT state FROM tests WHERE id = 5")).toEqual([{ state: "REPORTED" }]);
    // The overlap reads them again, and finds nothing new in them.
    expect((await runExport(path)).output).toMatch(/: 4 tests read, 0 new, 0 changed, 0 deleted\n/);
  });

  it("reads everything again when it is told to, and puts right what had gone wrong", async () => {
    const { path, select } = await setUp();
    await runExport(path);
    meddle(path, "DELETE FROM tests WHERE id = 3; UPDATE tests SET deleted = 1 WHERE id = 4");
    expect((await runExport(path)).output).toMatch(/: 0 tests read/);
    const { output } = await runExport(path, undefined, ["--full"]);
    expect(output).toMatch(/^Run 3, everything: 192 tests read, 1 new, 1 changed, 0 deleted\n/);
    expect(select("SELECT count(*) AS count, sum(deleted) AS deleted FROM tests")).toEqual([
      { count: 192, deleted: 0 },
    ]);
  });

  it("counts the time by the clock of QBench", async () => {
    const { emulator, path } = await setUp();
    const date = "Thu, 01 Jan 2026 00:00:00 GMT";
    const client = createQBenchClient({
      async fetch(request) {
        const { body, status, headers } = await emulator.fetch(request);
        return new Response(body, { status, headers: { ...Object.fromEntries(headers), date } });
      },
    });
    const file = openTestsFile(path, emulator.url);
    onTestFinished(() => file.close());
    await exportTests(client, file, quietly());
    const second = await exportTests(client, file, quietly());
    expect(second.since).toEqual(new Date(Date.parse(date) - 10 * minutes));
    // All of the seeded tests are of the days before.
    expect(second.read).toBeLessThan(192);
  });

  it("says in one line which setting is wrong", async () => {
    const { path } = await setUp();
    vi.stubEnv("QBENCH_CLIENT_SECRET", "not the secret");
    const { code, output } = await runExport(path);
    expect(code).toBe(1);
    expect(output).toMatch(/^QBenchAuthError: .*QBENCH_CLIENT_SECRET.*\n$/);
    expect(output).not.toContain("not the secret");
  });

  it("refuses another tenant's file, and what is no database", async () => {
    const { emulator, path } = await setUp();
    await runExport(path);
    meddle(path, "UPDATE runs SET tenant = 'https://other.qbench.net'");
    expect(await runExport(path)).toMatchObject({
      code: 1,
      output: `ExportFileError: ${path} holds the tests of https://other.qbench.net, not of ${emulator.url}: choose another file\n`,
    });
    await writeFile(`${path}.txt`, "No database, but a text of some length.".repeat(100));
    expect(await runExport(`${path}.txt`)).toMatchObject({
      code: 1,
      output: `ExportFileError: ${path}.txt cannot be opened: file is not a database\n`,
    });
  });

  it("tells what it takes when its arguments are wrong", async () => {
    const { path } = await setUp();
    const { code, output } = await runExport(path, undefined, ["--everything"]);
    expect({ code, output }).toMatchObject({ code: 2, output: expect.stringContaining("--everything") });
    expect(output).toMatch(/\nUsage: .*--full/);
  });
});
