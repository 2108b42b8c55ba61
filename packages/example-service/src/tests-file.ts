import { DatabaseSync } from "node:sqlite";
import { type ListCursor, parseDate } from "@qbench-sdk/client";
import type { Test } from "@qbench-sdk/types";
import { ExportFileError } from "./export-file-error.ts";

/** The two lists that a run reads, in this order. */
type RunList = "changed" | "deleted";

/** One export, from its beginning to its end, however often it was interrupted between. */
export interface Run {
  id: number;
  /** It reads what has changed since; undefined: everything. */
  since: Date | undefined;
  /** Which list it is at. */
  list: RunList;
  /** Where in that list it goes on; undefined: at the beginning. */
  point: ListCursor | undefined;
  /** Tests that were read; those of a page that was read twice count twice. */
  read: number;
  added: number;
  changed: number;
  deleted: number;
}

/** The SQLite file that tests are exported to. */
export interface TestsFile {
  /** The run that did not come to its end; of runs that read everything only, if `full`. */
  unfinishedRun(full: boolean): Run | undefined;
  /** Begins a run: since the last finished one began, less the overlap; everything if `full` or when there is none. */
  beginRun(startedAt: Date, full: boolean): Run;
  /** Writes tests of the list that the run is at, and where to go on, or neither. */
  save(run: Run, tests: readonly Test[], point: ListCursor | undefined): Run;
  /** The run goes over to a list. */
  turnTo(run: Run, list: RunList): Run;
  finish(run: Run): Run;
  close(): void;
}

/**
 * So much is read again: a change may be dated by the clock of another of QBench's servers, or be seen by others only some
 * time after its date.
 */
const overlapMs = 10 * 60_000;

const schema = `
  CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    since TEXT,
    started TEXT NOT NULL,
    list TEXT NOT NULL DEFAULT 'changed',
    point TEXT,
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
 * Opens the file, or makes it.
 *
 * @param tenant whose tests it holds
 * @throws ExportFileError when it is no such file, or holds another tenant's tests
 */
export function openTestsFile(path: string, tenant: string): TestsFile {
  const database = open(path);
  const other = database.prepare("SELECT tenant FROM runs WHERE tenant <> ?").get(tenant);
  if (other) {
    database.close();
    throw new ExportFileError(`${path} holds the tests of ${other.tenant}, not of ${tenant}: choose another file`);
  }

  const lastRun = database.prepare("SELECT * FROM runs ORDER BY id DESC LIMIT 1");
  const lastFinished = database.prepare("SELECT started FROM runs WHERE finished NOT NULL ORDER BY id DESC LIMIT 1");
  const begin = database.prepare("INSERT INTO runs (tenant, since, started) VALUES (?, ?, ?) RETURNING *");
  const goOn = database.prepare(`
    UPDATE runs SET point = ?, read = read + ?, added = added + ?, changed = changed + ?, deleted = deleted + ?
    WHERE id = ? RETURNING *`);
  const turn = database.prepare("UPDATE runs SET list = ?, point = NULL WHERE id = ? RETURNING *");
  const end = database.prepare("UPDATE runs SET finished = ?, point = NULL WHERE id = ? RETURNING *");
  const insert = database.prepare(`
    INSERT OR IGNORE INTO tests VALUES
    (:id, :state, :sample_id, :assay_id, :date_created, :complete_date, :last_updated, :deleted, :run, :json)`);
  // What was read again and is the same keeps the run that has changed it.
  const update = database.prepare(`
    UPDATE tests SET state = :state, sample_id = :sample_id, assay_id = :assay_id, date_created = :date_created,
      complete_date = :complete_date, last_updated = :last_updated, deleted = :deleted, run = :run, json = :json
    WHERE id = :id AND (json <> :json OR deleted <> :deleted)`);

  function save(run: Run, tests: readonly Test[], point: ListCursor | undefined): Run {
    database.exec("BEGIN IMMEDIATE");
    try {
      let added = 0;
      let changed = 0;
      for (const test of tests) {
        const row = { ...toRow(test), deleted: Number(run.list === "deleted"), run: run.id };
        if (insert.run(row).changes) added++;
        else if (update.run(row).changes) changed++;
      }
      const counts = run.list === "deleted" ? [0, 0, added + changed] : [added, changed, 0];
      const now = goOn.get(point ? JSON.stringify(point) : null, tests.length, ...counts, run.id);
      database.exec("COMMIT");
      return toRun(now);
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  return {
    save,
    unfinishedRun(full) {
      const last = lastRun.get();
      return last && last.finished === null && !(full && last.since !== null) ? toRun(last) : undefined;
    },
    beginRun(startedAt, full) {
      const last = full ? undefined : lastFinished.get();
      const since = last && new Date(Date.parse(String(last.started)) - overlapMs).toISOString();
      return toRun(begin.get(tenant, since ?? null, startedAt.toISOString()));
    },
    turnTo: (run, list) => toRun(turn.get(list, run.id)),
    finish: run => toRun(end.get(new Date().toISOString(), run.id)),
    close: () => database.close(),
  };
}

function open(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 10_000 });
    // Others can read while it is written.
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${schema}`);
    return database;
  } catch (error) {
    throw new ExportFileError(`${path} cannot be opened: ${error instanceof Error ? error.message : error}`);
  }
}

function toRun(row: Record<string, unknown> | undefined): Run {
  if (!row) throw new Error("The run is no longer in the file");
  return {
    id: Number(row.id),
    since: row.since === null ? undefined : new Date(String(row.since)),
    list: row.list === "deleted" ? "deleted" : "changed",
    point: row.point === null ? undefined : JSON.parse(String(row.point)),
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

/** ISO 8601 in UTC, which sorts and compares as text. What is no date is null, and as it came in the JSON. */
function toIso(value: string | null | undefined): string | null {
  try {
    return parseDate(value ?? "").toISOString();
  } catch {
    return null;
  }
}
