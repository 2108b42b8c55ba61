type Key = readonly unknown[];
type Mutation = { key: Key; value?: unknown; expireIn?: number };

/**
 * Imitates `Deno.Kv`, as the documentation describes it:
 *
 * - Each write gives a key a new versionstamp. An atomic operation changes all of its keys or, if a check fails, none.
 * - `expireIn` is a whole number of milliseconds. Expired keys can stay readable, so `expire` removes them here.
 * - Values are cloned structurally, and have at most 64 KiB. Keys have at most 2 KiB.
 *
 * @param now the time in epoch milliseconds
 */
export function fakeDenoKv(now: () => number) {
  const entries = new Map<string, { value: unknown; versionstamp: string; expiresAt: number }>();
  let commits = 0;
  /** Rejects all operations if set. */
  let failure: Error | undefined;

  const enter = async (): Promise<void> => {
    await new Promise(setImmediate);
    if (failure) throw failure;
  };
  const versionOf = (key: Key): string | null => entries.get(JSON.stringify(key))?.versionstamp ?? null;

  function change(mutations: readonly Mutation[]): { ok: true; versionstamp: string } {
    const versionstamp = String(++commits).padStart(20, "0");
    for (const { key, value, expireIn } of mutations) {
      const id = JSON.stringify(key);
      if (id.length > 2048) throw new TypeError("Key too large for write (max 2048 bytes)");
      if (value === undefined) {
        entries.delete(id);
        continue;
      }
      if (JSON.stringify(value).length > 65_536) throw new TypeError("Value too large (max 65536 bytes)");
      if (expireIn !== undefined && !(Number.isInteger(expireIn) && expireIn >= 0)) {
        throw new TypeError(`expireIn must be a non-negative integer: received ${expireIn}`);
      }
      const expiresAt = now() + (expireIn ?? Number.POSITIVE_INFINITY);
      entries.set(id, { value: structuredClone(value), versionstamp, expiresAt });
    }
    return { ok: true, versionstamp };
  }

  function atomic() {
    const checks: { key: Key; versionstamp: string | null }[] = [];
    const mutations: Mutation[] = [];
    const operation = {
      check(check: { key: Key; versionstamp: string | null }) {
        checks.push(check);
        return operation;
      },
      set(key: Key, value: unknown, options: { expireIn?: number } = {}) {
        mutations.push({ key, value, ...options });
        return operation;
      },
      delete(key: Key) {
        mutations.push({ key });
        return operation;
      },
      async commit(): Promise<{ ok: true; versionstamp: string } | { ok: false }> {
        await enter();
        const isCurrent = checks.every(({ key, versionstamp }) => versionOf(key) === versionstamp);
        return isCurrent ? change(mutations) : { ok: false };
      },
    };
    return operation;
  }

  return {
    entries,
    fail(error: Error | undefined) {
      failure = error;
    },
    /** Removes what has expired. Deno does so at any time after the end. */
    expire() {
      for (const [id, { expiresAt }] of entries) if (expiresAt <= now()) entries.delete(id);
    },
    // biome-ignore lint/suspicious/noExplicitAny: as `Deno.Kv.get`, whose caller names the type
    async get(key: Key): Promise<{ key: Key; value: any; versionstamp: string | null }> {
      await enter();
      const entry = entries.get(JSON.stringify(key));
      return { key, value: entry ? structuredClone(entry.value) : null, versionstamp: versionOf(key) };
    },
    async set(key: Key, value: unknown, options: { expireIn?: number } = {}) {
      await enter();
      return change([{ key, value, ...options }]);
    },
    atomic,
  };
}
