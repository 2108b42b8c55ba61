import { abortable } from "../async/abortable.js";
import type { TokenSet } from "./token-set.js";
import type { TokenStore } from "./token-store.js";

/**
 * Creates a store that keeps tokens in the memory of this process. It is the default. Token sources that get the same
 * store share its tokens.
 *
 * @example
 * ```ts
 * const store = memoryTokenStore();
 * const one = createTokenSource({ baseUrl, clientId, clientSecret, store });
 * const other = createTokenSource({ baseUrl, clientId, clientSecret, store });
 * ```
 */
export function memoryTokenStore(): TokenStore {
  const records = new Map<string, TokenSet>();
  /** By key: settles when the last in the queue for the lock has released it. */
  const queues = new Map<string, Promise<void>>();

  return {
    async get(key) {
      return records.get(key);
    },
    async set(key, tokens) {
      records.set(key, tokens);
    },
    async delete(key, ifAccessToken) {
      if (ifAccessToken !== undefined && records.get(key)?.accessToken !== ifAccessToken) return false;
      return records.delete(key);
    },
    async lock(key, run, { signal }) {
      const free = queues.get(key) ?? Promise.resolve();
      let release = () => {};
      const released = new Promise<void>(resolve => {
        release = resolve;
      });
      // Waits for both: a caller that leaves the queue early must not let later callers overtake earlier ones.
      const queue = free.then(() => released);
      queues.set(key, queue);
      try {
        await abortable(free, signal);
        return await run();
      } finally {
        release();
        if (queues.get(key) === queue) queues.delete(key);
      }
    },
  };
}
