/**
 * Returns a function that returns the last result of `compute` for a key of the group, unless a part of the store that
 * `compute` read has changed since. `compute` depends on nothing else that changes, and calls no other cache.
 */
export type Cache<K, T> = (group: string) => (key: K, compute: () => T) => T;

/** Observes reads and changes of the store's parts, so that values can be kept until what they depend on changes. */
export interface Changes {
  /** Called on each read of a part: a record, all records of an entity, or a relation. */
  onRead(part: string): void;
  /** Called on each change of a part. */
  onChange(part: string): void;
  /** Creates a cache. The cache forgets all values when the sum of their lengths exceeds `maxLength`. */
  createCache<K, T extends { length: number }>(maxLength: number): Cache<K, T>;
}

interface Entry<T> {
  readonly value: T;
  /** What the value was computed from. */
  readonly parts: ReadonlySet<string>;
  /** The number of changes of these parts when the value was computed. */
  readonly changes: number;
  /** The number of all changes when the value was last known to be valid. */
  validAt: number;
}

export function createChanges(): Changes {
  const counts = new Map<string, number>();
  let allChanges = 0;
  let partsRead: Set<string> | undefined;

  /** Returns a number that rises with each change of the parts. */
  function countChanges(parts: ReadonlySet<string>): number {
    let sum = 0;
    for (const part of parts) sum += counts.get(part) ?? 0;
    return sum;
  }

  return {
    onRead: part => void partsRead?.add(part),
    onChange(part) {
      allChanges++;
      counts.set(part, (counts.get(part) ?? 0) + 1);
    },
    createCache<K, T extends { length: number }>(maxLength: number): Cache<K, T> {
      const groups = new Map<string, Map<K, Entry<T>>>();
      let length = 0;

      function refresh(key: K, entries: Map<K, Entry<T>>, compute: () => T): T {
        const parts = new Set<string>();
        partsRead = parts;
        try {
          const value = compute();
          length += value.length - (entries.get(key)?.value.length ?? 0);
          entries.set(key, { value, parts, changes: countChanges(parts), validAt: allChanges });
          if (length > maxLength) {
            length = 0;
            groups.clear();
          }
          return value;
        } finally {
          partsRead = undefined;
        }
      }

      return group => {
        const entries = groups.get(group) ?? new Map<K, Entry<T>>();
        groups.set(group, entries);
        return (key, compute) => {
          const entry = entries.get(key);
          if (!entry) return refresh(key, entries, compute);
          if (entry.validAt !== allChanges) {
            if (entry.changes !== countChanges(entry.parts)) return refresh(key, entries, compute);
            entry.validAt = allChanges;
          }
          return entry.value;
        };
      };
    },
  };
}
