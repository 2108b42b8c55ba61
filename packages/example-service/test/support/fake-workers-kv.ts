/** How long a location can return what it has read before. */
const STALE_MS = 60_000;

/**
 * Imitates Workers KV, as the documentation describes it:
 *
 * - Each location caches what it read for a minute, also that a key is missing. Its own writes are visible immediately.
 * - A key accepts one write per second, and has at most 512 bytes. A value has at most 25 MiB.
 * - `expiration` is in seconds since the epoch, at least 60 s ahead.
 *
 * @param now the time in epoch milliseconds
 */
export function fakeWorkersKv(now: () => number) {
  const records = new Map<string, { value: string; expiration: number; writtenAt: number }>();
  /** Rejects all operations if set. */
  let failure: Error | undefined;

  const enter = async (): Promise<void> => {
    await new Promise(setImmediate);
    if (failure) throw failure;
  };
  const currentValue = (key: string): string | null => {
    const record = records.get(key);
    return record && record.expiration * 1000 > now() ? record.value : null;
  };

  return {
    records,
    fail(error: Error | undefined) {
      failure = error;
    },
    /** Returns the namespace as a worker in one location sees it. */
    location() {
      const cache = new Map<string, { value: string | null; until: number }>();
      const see = (key: string): string | null => {
        const value = currentValue(key);
        cache.set(key, { value, until: now() + STALE_MS });
        return value;
      };
      return {
        // biome-ignore lint/suspicious/noExplicitAny: as the types of Workers
        async get(key: string, type: "json"): Promise<any> {
          await enter();
          if (type !== "json") throw new TypeError("Unknown response type");
          const cached = cache.get(key);
          const value = cached && cached.until > now() ? cached.value : see(key);
          return value === null ? null : JSON.parse(value);
        },
        async put(key: string, value: string, { expiration }: { expiration: number }): Promise<void> {
          await enter();
          if (new TextEncoder().encode(key).length > 512)
            throw new Error("KV PUT failed: 414 UTF-8 encoded length of key");
          if (value.length > 25 * 2 ** 20) throw new Error("KV PUT failed: 413 Value length exceeds limit");
          if (!Number.isInteger(expiration) || expiration * 1000 < now() + 60_000) {
            throw new Error(`KV PUT failed: 400 Invalid expiration of ${expiration}`);
          }
          const writtenAt = records.get(key)?.writtenAt ?? 0;
          if (writtenAt > now() - 1000) throw new Error("KV PUT failed: 429 Too Many Requests");
          records.set(key, { value, expiration, writtenAt: now() });
          see(key);
        },
        async delete(key: string): Promise<void> {
          await enter();
          records.delete(key);
          see(key);
        },
      };
    },
  };
}
