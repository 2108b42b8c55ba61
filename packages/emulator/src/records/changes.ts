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
  /** Creates a cache. It keeps no further values if their lengths, and 100 for each value, would exceed `maxSize`. */
  createCache<K, T extends { length: number }>(maxSize: number): Cache<K, T>;
}

interface Entry<T> {
  readonly value: T;
  /** What the value was computed from. */
  readonly parts: readonly string[];
  /** The number of changes of these parts when the value was computed. */
  readonly changes: number;
  /** The number of all changes when the value was last known to be valid. */
  validAt: number;
}

const sizeOf = ({ length }: { length: number }): number => length + 100;

export function createChanges(): Changes {
  const counts = new Map<string, number>();
  let allChanges = 0;
  let partsRead: Set<string> | undefined;

  /** Returns a number that rises with each change of the parts. */
  function countChanges(parts: readonly string[]): number {
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
    createCache<K, T extends { length: number }>(maxSize: number): Cache<K, T> {
      const groups = new Map<string, Map<K, Entry<T>>>();
      let size = 0;

      function refresh(group: string, entries: Map<K, Entry<T>>, key: K, compute: () => T): T {
        const read = new Set<string>();
        partsRead = read;
        try {
          const value = compute();
          const old = entries.get(key);
          if (old) size -= sizeOf(old.value);
          entries.delete(key);
          // A read of the whole of a large collection would otherwise replace all values before they are used again.
          if (size + sizeOf(value) > maxSize) return value;
          size += sizeOf(value);
          const parts = [...read];
          entries.set(key, { value, parts, changes: countChanges(parts), validAt: allChanges });
          groups.set(group, entries);
          return value;
        } finally {
          partsRead = undefined;
        }
      }

      return group => {
        const entries = groups.get(group) ?? new Map<K, Entry<T>>();
        return (key, compute) => {
          const entry = entries.get(key);
          if (!entry) return refresh(group, entries, key, compute);
          if (entry.validAt !== allChanges) {
            if (entry.changes !== countChanges(entry.parts)) return refresh(group, entries, key, compute);
            entry.validAt = allChanges;
          }
          return entry.value;
        };
      };
    },
  };
}
