/** The id of a record. Nearly all kinds of records have a number. */
export type RecordId = number | string;

/** Describes how one record of the list differs from the mirror. */
export type Change<Item> =
  | {
      /** `created` if the mirror does not contain the record, `updated` if its content differs. */
      type: "created" | "updated";
      /** The id of the record. */
      id: RecordId;
      /** The record as the list contains it now. */
      record: Item;
      /** Identifies the content of the record. Two records with the same content have the same version, of 32 digits. */
      version: string;
    }
  | {
      type: "deleted";
      /** The id of the record, which the list does not contain any more. */
      id: RecordId;
    };

/**
 * Stores the mirror of one list, for example in two tables: one for the records, with the columns `id` and `version`
 * and whatever else the service needs, and one for the state. Only one process at a time may sync a store.
 *
 * An error that a function throws ends the round, and is what the iteration throws.
 *
 * @example
 * ```ts
 * const rows = new Map<RecordId, { version: string; record: Test }>();
 * let saved: string | undefined;
 * const store: MirrorStore<Test> = {
 *   loadState: () => saved,
 *   loadIds: () => rows.keys(),
 *   loadVersions: ids => ids.map(id => [id, rows.get(id)?.version]),
 *   save(changes, state) {
 *     for (const change of changes) {
 *       if (change.type === "deleted") rows.delete(change.id);
 *       else rows.set(change.id, change);
 *     }
 *     saved = state;
 *   },
 * };
 * ```
 */
export interface MirrorStore<Item> {
  /** Returns the text that was saved last, or undefined if nothing was saved yet. */
  loadState(): string | undefined | Promise<string | undefined>;
  /** Returns the ids with their versions, such as a `Map`. Those that the mirror does not contain have none. */
  loadVersions(ids: readonly RecordId[]): Versions | Promise<Versions>;
  /** Returns the ids of all records that the mirror contains. Called only to compare the whole list. */
  loadIds(): Iterable<RecordId> | Promise<Iterable<RecordId>>;
  /**
   * Saves changes together with the state, in one transaction. The list of changes can be empty. What else must happen
   * exactly once for each change belongs in the same transaction, such as a row in an outbox.
   */
  save(changes: readonly Change<Item>[], state: string): void | Promise<void>;
}

/** The ids of records with the version of each, such as a `Map`. */
export type Versions = Iterable<readonly [id: RecordId, version: string | undefined]>;
