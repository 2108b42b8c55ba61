/**
 * Counts what an emulator has received and done since its creation.
 *
 * @example
 * ```ts
 * expect(emulator.stats).toMatchObject({ exchanges: 1, throttledByRate: 0 });
 * expect(emulator.stats.byOperation["GET /qbench/api/v2/orders"]).toBe(3);
 * ```
 */
export interface Stats {
  /** All HTTP requests, those for tokens, docs and files included. */
  requests: number;
  /** API requests that reached their operation: not rejected for their token, their scope or a rate limit. */
  apiCalls: number;
  /** Assertions that were exchanged for tokens. */
  exchanges: number;
  /** Refresh tokens that were exchanged for tokens. */
  refreshes: number;
  /** Refresh tokens that were sent again after their use. */
  refreshReuses: number;
  /** Token and refresh requests that were rejected. */
  rejectedGrants: number;
  /** API requests with a missing, unknown, expired or revoked access token. */
  rejectedTokens: number;
  /** API requests that the scopes of the API client do not include. */
  outOfScope: number;
  /** API requests that exceeded the number of requests in a window. */
  throttledByRate: number;
  /** API requests that exceeded the number of concurrent requests. */
  throttledByConcurrency: number;
  /** The highest number of concurrent API requests so far. */
  maxConcurrent: number;
  /** Requests for a docs page, its script or its document. */
  docsReads: number;
  /** Files that were uploaded to a presigned URL. */
  uploads: number;
  /** Files that were downloaded from a presigned URL. */
  downloads: number;
  /** Requests that matched at least one fault. */
  faults: number;
  /** API requests by operation, such as `GET /qbench/api/v2/orders`. They add up to `apiCalls`. */
  byOperation: Record<string, number>;
}

export const createStats = (): Stats => ({
  requests: 0,
  apiCalls: 0,
  exchanges: 0,
  refreshes: 0,
  refreshReuses: 0,
  rejectedGrants: 0,
  rejectedTokens: 0,
  outOfScope: 0,
  throttledByRate: 0,
  throttledByConcurrency: 0,
  maxConcurrent: 0,
  docsReads: 0,
  uploads: 0,
  downloads: 0,
  faults: 0,
  byOperation: {},
});
