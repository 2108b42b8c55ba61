import type { TokenSet } from "./token-set.js";

/**
 * Keeps one token set for each identity, which is a token endpoint and an API client. Processes that share a store
 * share one access token. If a store fails or hangs, the token is used from memory and no request fails
 * (docs/token-lifecycle.md §7).
 *
 * Records are secrets: with one, a program can act as the API client.
 */
export interface TokenStore {
  /** Returns the record of an identity, or undefined if the store has none. */
  get(key: string): Promise<TokenSet | undefined>;
  /** Replaces the record as a whole. A reader sees the old one or the new one, never parts of both. */
  set(key: string, tokens: TokenSet): Promise<void>;
  /**
   * Removes the record, atomically with the check of its access token. Only the process that removed a record uses its
   * refresh token.
   *
   * @param ifAccessToken removes the record only if it holds this access token
   * @returns whether this call removed the record
   */
  delete(key: string, ifAccessToken?: string): Promise<boolean>;
  /**
   * Calls `run` while no other process that shares the store holds the lock of this key, and releases the lock
   * afterwards. Without this method, each process renews its own token.
   *
   * @param options.signal ends waiting for the lock, but not `run`; the promise then rejects with the signal's reason
   */
  lock?<T>(key: string, run: () => Promise<T>, options: { signal: AbortSignal }): Promise<T>;
}
