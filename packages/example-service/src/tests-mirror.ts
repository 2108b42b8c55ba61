import { DatabaseSync } from "node:sqlite";
import { parseDate } from "@qbench-sdk/client";
import type { Change, MirrorStore } from "@qbench-sdk/client/mirror";
import type { Test } from "@qbench-sdk/types";
import { ExportFileError } from "./export-file-error.ts";

/** Stores the tests of a tenant in a SQLite file. */
export interface TestsMirror extends MirrorStore<Test> {
  close(): void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS mirror (tenant TEXT NOT NULL, state TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS tests (
    id INTEGER PRIMARY KEY,
    version TEXT NOT NULL,
    state TEXT,
    sample_id INTEGER,
    assay_id INTEGER,
    date_created TEXT,
    complete_date TEXT,
    last_updated TEXT,
    deleted INTEGER NOT NULL,
    saved TEXT NOT NULL,
    json TEXT NOT NULL
  ) STRICT;
`;

/**
 * Opens the file, or creates it. Rows of deleted tests stay in it, marked as deleted.
 *
 * @param tenant the origin of the tenant whose tests the file holds
 * @throws ExportFileError if the file is not an export file, or holds the tests of another tenant
 */
export function openTestsMirror(path: string, tenant: string): TestsMirror {
  const database = open(path);
  const mirror = database.prepare("SELECT tenant, state FROM mirror");
  const known = mirror.get()?.tenant;
  if (known === undefined) database.prepare("INSERT INTO mirror (tenant) VALUES (?)").run(tenant);
  else if (known !== tenant) {
    database.close();
    throw new ExportFileError(`${path} holds the tests of ${known}, not of ${tenant}. Choose another file with --to.`);
  }

  const selectVersions = database.prepare(
    "SELECT id, version FROM tests WHERE NOT deleted AND id IN (SELECT value FROM json_each(?))",
  );
  const selectIds = database.prepare("SELECT id FROM tests WHERE NOT deleted");
  const saveTest = database.prepare(`
    INSERT OR REPLACE INTO tests VALUES (:id, :version, :state, :sample_id, :assay_id, :date_created, :complete_date,
      :last_updated, 0, :saved, :json)`);
  const markDeleted = database.prepare("UPDATE tests SET deleted = 1, saved = :saved WHERE id = :id");
  const saveState = database.prepare("UPDATE mirror SET state = ?");

  function saveChange(change: Change<Test>, saved: string): void {
    const { id } = change;
    if (change.type === "deleted") markDeleted.run({ id, saved });
    else saveTest.run({ ...toColumns(change.record), id, version: change.version, saved });
  }

  return {
    loadState() {
      const state = mirror.get()?.state;
      return typeof state === "string" ? state : undefined;
    },
    loadVersions: ids =>
      selectVersions.all(JSON.stringify(ids)).map(({ id, version }) => [Number(id), String(version)] as const),
    loadIds: () => selectIds.all().map(({ id }) => Number(id)),
    save(changes, state) {
      const saved = new Date().toISOString();
      database.exec("BEGIN IMMEDIATE");
      try {
        for (const change of changes) saveChange(change, saved);
        saveState.run(state);
        database.exec("COMMIT");
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
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

const toColumns = (test: Test) => ({
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
