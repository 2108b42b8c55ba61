import { abortable } from "../async/abortable.js";
import type { TokenSet } from "./token-set.js";
import type { TokenStore } from "./token-store.js";

/** Keeps tokens as long as the process lives. The default; give one to several token sources and they share its tokens. */
export function memoryTokenStore(): TokenStore {
  const records = new Map<string, TokenSet>();
  /** By key, the end of the queue for its lock. */
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
      const turn = queues.get(key) ?? Promise.resolve();
      let leave = () => {};
      const left = new Promise<void>(resolve => {
        leave = resolve;
      });
      // Whoever leaves early still keeps those behind it waiting for those before it.
      const queue = turn.then(() => left);
      queues.set(key, queue);
      try {
        await abortable(turn, signal);
        return await run();
      } finally {
        leave();
        if (queues.get(key) === queue) queues.delete(key);
      }
    },
  };
}
