import type { TokenSet } from "./token-set.js";

/**
 * Where token sets are kept, one record for each identity (token endpoint and API client), so that the processes which
 * share a store share one access token. A store that fails never fails a call: the token is then used from memory.
 *
 * A record is a secret: it lets its reader act as the API client.
 */
export interface TokenStore {
  /** The record of an identity; undefined when there is none. */
  get(key: string): Promise<TokenSet | undefined>;
  /** Replaces the record as a whole: a reader sees the old one or the new one, never parts of both. */
  set(key: string, tokens: TokenSet): Promise<void>;
  /**
   * Removes the record, in one step with the look at it. `true` when this call has removed it, `false` when it was not
   * there or not the one meant. A refresh token is used only by whoever has removed its record.
   *
   * @param ifAccessToken only when the record holds this access token
   */
  delete(key: string, ifAccessToken?: string): Promise<boolean>;
  /**
   * Runs `run` while no other holder of the same key runs, in any process that shares the store. Without it each process
   * renews for itself.
   *
   * @param options.signal ends the wait for the lock, not `run`; the lock then rejects with the signal's reason
   */
  lock?<T>(key: string, run: () => Promise<T>, options: { signal: AbortSignal }): Promise<T>;
}
