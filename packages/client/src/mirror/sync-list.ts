import { QBenchInputError } from "@qbench-sdk/auth/internal";
import { updatedSince } from "../dates/filters.js";
import type { ListCursor } from "../errors/list-error.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { notify } from "../events.js";
import type { ListProgress } from "../lists/list-types.js";
import type { Change, MirrorStore, RecordId } from "./mirror-store.js";
import { type ListSource, listSource, type MirroredList, type MirroredRecord } from "./mirrored-list.js";
import { recordVersion } from "./record-version.js";
import { parseState, type SyncRound, type SyncState } from "./sync-state.js";

/** Describes how far a round has come. */
export interface SyncProgress extends ListProgress {
  /** A round reads the records first, and then the deleted ones. */
  phase: SyncRound["phase"];
}

/** Reports that a round reads the whole list, because QBench cannot list its changes alone. */
export interface FullComparisonEvent {
  type: "full-comparison";
  /** The name of the list. */
  list: string;
  /**
   * The filter that the list does not have, or `clock_moved_back` if the server's clock shows a time before the last
   * round. Without `include_deleted`, set `deletions: false` to read changes only.
   */
  reason: "no_last_updated" | "no_include_deleted" | "clock_moved_back";
}

/** Configures one round. */
export interface SyncOptions {
  /**
   * How much time before the start of the last round is read again, in milliseconds. Another server of QBench may date a
   * change by another clock, and a change may become visible only some time after its date. If the responses have no
   * `Date`, as in a browser, it is also how far the clock of this machine may be ahead. Default 600 000.
   */
  overlapMs?: number;
  /**
   * Looks for deleted records, which takes a request for each 50 that were ever deleted. Turn it off for frequent
   * rounds, and leave it on for one round a day. Default true.
   */
  deletions?: boolean;
  /**
   * Compares the whole list, and removes records from the mirror that the list does not have. Finds what QBench does not
   * date: for example, a deleted record that was restored, or a change of the order that is embedded in a sample.
   * Default false.
   */
  full?: boolean;
  /** Aborts the round with the signal's reason. The next round resumes it. */
  signal?: AbortSignal;
  /** Called after each page. An error that it throws ends the round. */
  onProgress?: (progress: SyncProgress) => void;
  /** Called with events. Errors that it throws are ignored. */
  onEvent?: (event: FullComparisonEvent) => void;
}

/**
 * Brings the mirror of a list up to date, and yields what has changed. The first round reads the whole list. Later ones
 * read only what has changed since the start of the last one, by the server's clock, and the deleted records. An
 * interrupted round is resumed by the next one, also in another process: a call whose round was resumed adds a round for
 * the changes in between.
 *
 * Each page is saved in one transaction, after its changes were yielded. So a change that was yielded is yielded again
 * if the process is killed, or if the loop is left, before the page is saved. It is never left out.
 *
 * Lists without `last_updated`, or without `include_deleted` (docs/qbench-api.md §4.2), are read as a whole in each
 * round and compared with the mirror, which {@link SyncOptions.onEvent} reports. So is a list if the server's clock has
 * moved back by more than the overlap. Such a round starts again after an interruption. If a read misses a record, as
 * `paginate` may in a list that changes and cannot be sorted, the record seems to be deleted until the next round.
 *
 * @example
 * ```ts
 * for await (const change of syncList(client, "tests", store)) {
 *   if (change.type !== "deleted" && change.record.state === "COMPLETED") deliver(change.record);
 * }
 * ```
 *
 * @param client a client of `createQBenchClient`. Its option `dates` decides what the dates of the records are.
 * @param name the name of the list, such as `tests`
 * @throws QBenchInputError if the client has no such list, if an option is invalid, or if `store.loadState` returns
 * anything but what was saved for this list
 * @throws QBenchResponseError if the server ignores `include_deleted`, so that the deleted records are unknown
 * @throws the errors of reading a list, and those of the store
 */
export async function* syncList<Client extends object, const Name extends MirroredList<Client> & string>(
  client: Client,
  name: Name,
  store: MirrorStore<MirroredRecord<Client, Name>>,
  options: SyncOptions = {},
): AsyncGenerator<Change<MirroredRecord<Client, Name>>, void, undefined> {
  const { full = false, overlapMs = 600_000 } = options;
  if (!(overlapMs >= 0 && overlapMs < Number.POSITIVE_INFINITY)) {
    throw new QBenchInputError("syncList: overlapMs must be a number of milliseconds of at least 0.");
  }
  const sync = createSync(listSource<MirroredRecord<Client, Name>>(client, name), store, { ...options, overlapMs });
  let state = parseState(await store.loadState(), name);
  let isResumed = false;
  do {
    const isCompared = full || sync.isAlwaysCompared;
    isResumed = state.round !== undefined && !isCompared;
    state = yield* isCompared ? sync.compare(state) : sync.readChanges(state);
  } while (isResumed);
}

/** Creates the two kinds of rounds of a list. Each returns the state after it. */
function createSync<Item extends { id: RecordId }>(
  { name, operation, list }: ListSource<Item>,
  store: MirrorStore<Item>,
  { overlapMs, deletions = true, signal, onProgress, onEvent }: SyncOptions & { overlapMs: number },
) {
  const { sortable, lastUpdated, includeDeleted = sortable } = operation;
  const findsDeleted = deletions && includeDeleted;
  const missingFilter: FullComparisonEvent["reason"] | undefined = !lastUpdated
    ? "no_last_updated"
    : deletions && !includeDeleted
      ? "no_include_deleted"
      : undefined;
  const abortable = signal && { signal };
  const save = (changes: readonly Change<Item>[], state: SyncState) => store.save(changes, JSON.stringify(state));

  /** Returns the server's time, or this machine's if the response has no `Date`. */
  async function serverTime(): Promise<string> {
    const { response } = await list({ page_size: 1 }, { ...abortable }).withResponse();
    const time = Date.parse(response.headers.get("Date") ?? "");
    return new Date(Number.isNaN(time) ? Date.now() : time).toISOString();
  }

  async function storedVersions(records: readonly Item[]): Promise<Map<string, string>> {
    if (records.length === 0) return new Map();
    const versions = await store.loadVersions(records.map(({ id }) => id));
    // A database can return the id as another type, and null for a version that is missing.
    return new Map(
      Array.from(versions).flatMap(([id, version]) => (typeof version === "string" ? [[String(id), version]] : [])),
    );
  }

  async function findChanges(records: readonly Item[]): Promise<Change<Item>[]> {
    const stored = await storedVersions(records);
    const versions = await Promise.all(records.map(recordVersion));
    return records.flatMap((record, index): Change<Item>[] => {
      const { id } = record;
      const [version = "", before] = [versions[index], stored.get(String(id))];
      if (version === before) return [];
      return [{ type: before === undefined ? "created" : "updated", id, record, version }];
    });
  }

  /** Throws if the server ignores `include_deleted`: every record would seem to be deleted. */
  async function findDeletions(records: readonly Item[]): Promise<Change<Item>[]> {
    const stored = await storedVersions(records);
    const changes = records.flatMap(({ id }) => (stored.has(String(id)) ? [{ type: "deleted", id } as const] : []));
    // The records come in the order of the list. So the first one that is not deleted comes before all others.
    const [present] = changes.length > 0 ? await list({}, { ...abortable }).toArray({ limit: 1 }) : [];
    if (present && records.some(({ id }) => id === present.id)) {
      throw new QBenchResponseError(
        `syncList: the server lists record ${present.id} of ${name} among the deleted ones, although it is not deleted. Set deletions: false, or compare the whole list with full: true.`,
      );
    }
    return changes;
  }

  /** Reads a list page by page, with the cursor from which to resume before the page is saved. */
  async function* readPages(phase: SyncRound["phase"], query: Parameters<typeof list>[0], resumeFrom?: ListCursor) {
    let cursor = resumeFrom;
    const pages = list(query, {
      ...abortable,
      ...(cursor && { cursor }),
      onProgress(progress) {
        // Without the id of a record, records may move to pages that were read.
        if (progress.cursor.after !== undefined) cursor = progress.cursor;
        onProgress?.({ ...progress, phase });
      },
    }).pages();
    // The cursor of a page is reported when the next one is requested. So this one is still that of the page before.
    for await (const { data } of pages) yield { records: data, cursor };
  }

  async function* readChanges(state: SyncState): AsyncGenerator<Change<Item>, SyncState, undefined> {
    const { since } = state;
    let round = state.round ?? { startedAt: await serverTime(), phase: "records" };
    const start = since === undefined ? undefined : new Date(Date.parse(since) - overlapMs);
    // One of the two times is wrong, so a filter by them could leave out changes.
    if (start && Date.parse(round.startedAt) < start.getTime()) return yield* compare(state, "clock_moved_back");
    if (round.phase === "records") {
      for await (const { records, cursor } of readPages("records", start ? updatedSince(start) : {}, round.cursor)) {
        round = { ...round, cursor };
        const changes = await findChanges(records);
        yield* changes;
        await save(changes, { list: name, since, round });
      }
      round = { startedAt: round.startedAt, phase: "deletions" };
    }
    if (findsDeleted) {
      const query = { include_deleted: "DELETED_ONLY" } as const;
      for await (const { records, cursor } of readPages("deletions", query, round.cursor)) {
        round = { ...round, cursor };
        const changes = await findDeletions(records);
        yield* changes;
        await save(changes, { list: name, since, round });
      }
    }
    const finished = { list: name, since: round.startedAt };
    await save([], finished);
    return finished;
  }

  async function* compare(
    { since }: SyncState,
    reason = missingFilter,
  ): AsyncGenerator<Change<Item>, SyncState, undefined> {
    if (reason) notify(onEvent, { type: "full-comparison", list: name, reason });
    const startedAt = lastUpdated ? await serverTime() : undefined;
    const listed = new Set<string>();
    for await (const { records } of readPages("records", {})) {
      for (const { id } of records) listed.add(String(id));
      const changes = await findChanges(records);
      yield* changes;
      await save(changes, { list: name, since });
    }
    const missing = deletions ? Array.from(await store.loadIds()).filter(id => !listed.has(String(id))) : [];
    const changes = missing.map((id): Change<Item> => ({ type: "deleted", id }));
    yield* changes;
    const finished = { list: name, since: startedAt };
    await save(changes, finished);
    return finished;
  }

  return { isAlwaysCompared: missingFilter !== undefined, readChanges, compare };
}
