import { DatabaseSync } from "node:sqlite";
import { type ListCursor, parseDate } from "@qbench-sdk/client";
import type { Test } from "@qbench-sdk/types";
import { ExportFileError } from "./export-file-error.ts";

/** The two lists that a run reads, in the order `changed`, `deleted`. */
type RunList = "changed" | "deleted";

/** One export from start to end, including all interruptions. */
export interface Run {
  id: number;
  /** The run reads what has changed since this time. Undefined if it reads all tests. */
  since: Date | undefined;
  /** The list that the run is reading. */
  list: RunList;
  /** Where to resume in that list. Undefined if at its beginning. */
  cursor: ListCursor | undefined;
  /** The number of tests read. Tests that were read twice count twice. */
  read: number;
  added: number;
  changed: number;
  deleted: number;
}

/** Stores exported tests and runs in a SQLite file. */
export interface TestsFile {
  /** Returns the last run if it is not finished. With `full`, only if it reads all tests. */
  findUnfinishedRun(full: boolean): Run | undefined;
  /**
   * Starts a run. It reads what has changed since the last finished run started, minus the overlap. With `full`, or if
   * no run has finished, it reads all tests.
   */
  beginRun(startedAt: Date, full: boolean): Run;
  /** Saves tests of the run's current list together with the cursor, in one transaction. */
  save(run: Run, tests: readonly Test[], cursor: ListCursor | undefined): Run;
  /** Moves the run to the beginning of a list. */
  startList(run: Run, list: RunList): Run;
  finish(run: Run): Run;
  close(): void;
}

/**
 * How much time before the last run is read again. Another QBench server may date a change by another clock, and a
 * change may become visible only some time after its date.
 */
const OVERLAP_MS = 10 * 60_000;

const schema = `
  CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    since TEXT,
    started TEXT NOT NULL,
    list TEXT NOT NULL DEFAULT 'changed',
    cursor TEXT,
    read INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    finished TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS tests (
    id INTEGER PRIMARY KEY,
    state TEXT,
    sample_id INTEGER,
    assay_id INTEGER,
    date_created TEXT,
    complete_date TEXT,
    last_updated TEXT,
    deleted INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES runs,
    json TEXT NOT NULL
  ) STRICT;
`;

/**
 * Opens the file, or creates it.
 *
 * @param tenant the origin of the tenant whose tests the file holds
 * @throws ExportFileError if the file is not an export file, or holds the tests of another tenant
 */
export function openTestsFile(path: string, tenant: string): TestsFile {
  const database = open(path);
  const other = database.prepare("SELECT tenant FROM runs WHERE tenant <> ?").get(tenant);
  if (other) {
    database.close();
    throw new ExportFileError(
      `${path} holds the tests of ${other.tenant}, not of ${tenant}. Choose another file with --to.`,
    );
  }

  const lastRun = database.prepare("SELECT * FROM runs ORDER BY id DESC LIMIT 1");
  const lastFinished = database.prepare("SELECT started FROM runs WHERE finished NOT NULL ORDER BY id DESC LIMIT 1");
  const insertRun = database.prepare("INSERT INTO runs (tenant, since, started) VALUES (?, ?, ?) RETURNING *");
  const saveProgress = database.prepare(`
    UPDATE runs SET cursor = ?, read = read + ?, added = added + ?, changed = changed + ?, deleted = deleted + ?
    WHERE id = ? RETURNING *`);
  const switchList = database.prepare("UPDATE runs SET list = ?, cursor = NULL WHERE id = ? RETURNING *");
  const finishRun = database.prepare("UPDATE runs SET finished = ?, cursor = NULL WHERE id = ? RETURNING *");
  const insertTest = database.prepare(`
    INSERT OR IGNORE INTO tests VALUES
    (:id, :state, :sample_id, :assay_id, :date_created, :complete_date, :last_updated, :deleted, :run, :json)`);
  // An unchanged test keeps the number of the run that last changed it.
  const updateTest = database.prepare(`
    UPDATE tests SET state = :state, sample_id = :sample_id, assay_id = :assay_id, date_created = :date_created,
      complete_date = :complete_date, last_updated = :last_updated, deleted = :deleted, run = :run, json = :json
    WHERE id = :id AND (json <> :json OR deleted <> :deleted)`);

  function save(run: Run, tests: readonly Test[], cursor: ListCursor | undefined): Run {
    database.exec("BEGIN IMMEDIATE");
    try {
      let added = 0;
      let changed = 0;
      for (const test of tests) {
        const row = { ...toRow(test), deleted: Number(run.list === "deleted"), run: run.id };
        if (insertTest.run(row).changes) added++;
        else if (updateTest.run(row).changes) changed++;
      }
      const counts = run.list === "deleted" ? [0, 0, added + changed] : [added, changed, 0];
      const updated = saveProgress.get(cursor ? JSON.stringify(cursor) : null, tests.length, ...counts, run.id);
      database.exec("COMMIT");
      return toRun(updated);
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  return {
    save,
    findUnfinishedRun(full) {
      const last = lastRun.get();
      return last && last.finished === null && !(full && last.since !== null) ? toRun(last) : undefined;
    },
    beginRun(startedAt, full) {
      const last = full ? undefined : lastFinished.get();
      const since = last && new Date(Date.parse(String(last.started)) - OVERLAP_MS).toISOString();
      return toRun(insertRun.get(tenant, since ?? null, startedAt.toISOString()));
    },
    startList: (run, list) => toRun(switchList.get(list, run.id)),
    finish: run => toRun(finishRun.get(new Date().toISOString(), run.id)),
    close: () => database.close(),
  };
}

function open(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 10_000 });
    // In WAL mode, other processes can read while this one writes.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${schema}`);
    return database;
  } catch (error) {
    throw new ExportFileError(`Could not open ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function toRun(row: Record<string, unknown> | undefined): Run {
  if (!row) throw new Error("Another process has removed the run from the file");
  return {
    id: Number(row.id),
    since: row.since === null ? undefined : new Date(String(row.since)),
    list: row.list === "deleted" ? "deleted" : "changed",
    cursor: row.cursor === null ? undefined : JSON.parse(String(row.cursor)),
    read: Number(row.read),
    added: Number(row.added),
    changed: Number(row.changed),
    deleted: Number(row.deleted),
  };
}

const toRow = (test: Test) => ({
  id: test.id,
  state: test.state ?? null,
  sample_id: test.sample_id ?? null,
  assay_id: test.assay_id ?? null,
  date_created: toIso(test.date_created),
  complete_date: toIso(test.complete_date),
  last_updated: toIso(test.last_updated),
  json: JSON.stringify(test),
});

/** Formats a date as ISO 8601 in UTC, which sorts as text. Returns null for an invalid date, which the JSON still has. */
function toIso(value: string | null | undefined): string | null {
  try {
    return parseDate(value ?? "").toISOString();
  } catch {
    return null;
  }
}
