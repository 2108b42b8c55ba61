import type { Change, MirrorStore, RecordId } from "../../src/mirror/mirror.js";

/** A mirror in memory. `onSave` is called before and after each transaction, and can throw, as if the process ended. */
export function createMemoryMirror<Item>() {
  const records = new Map<RecordId, { version: string; record: Item }>();
  let saved: string | undefined;
  const mirror = {
    records,
    saves: 0,
    onSave: (_when: "before" | "after"): void | Promise<void> => {},
  };
  const store: MirrorStore<Item> = {
    loadState: () => saved,
    loadVersions: ids => ids.map(id => [id, records.get(id)?.version] as const),
    loadIds: () => records.keys(),
    async save(changes, state) {
      await mirror.onSave("before");
      for (const change of changes) apply(change);
      saved = state;
      mirror.saves++;
      await mirror.onSave("after");
    },
  };
  function apply(change: Change<Item>): void {
    // Fails for a change that the mirror already has, so that no change is made twice.
    const isStored = records.has(change.id);
    if (isStored !== (change.type !== "created"))
      throw new Error(`${change.type} ${change.id} does not fit the mirror`);
    if (change.type === "deleted") records.delete(change.id);
    else records.set(change.id, { version: change.version, record: change.record });
  }
  const byId = (a: RecordId, b: RecordId): number => Number(a) - Number(b);
  return Object.assign(mirror, {
    store,
    ids: () => [...records.keys()].sort(byId),
    all: () => [...records].sort(([a], [b]) => byId(a, b)).map(([, { record }]) => record),
  });
}

/** Takes all changes of a round, as short texts: `created 5`. */
export async function collect(round: AsyncIterable<Change<unknown>>): Promise<string[]> {
  const changes: string[] = [];
  for await (const { type, id } of round) changes.push(`${type} ${id}`);
  return changes;
}
