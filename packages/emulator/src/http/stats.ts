/** How often what happened, since the emulator was made. */
export interface Stats {
  requests: number;
  /** Calls of the API that were carried out or failed for their own reasons: not refused for token, scope or limits. */
  apiCalls: number;
  /** Assertions exchanged for tokens. */
  exchanges: number;
  /** Refresh tokens exchanged for tokens. */
  refreshes: number;
  /** Refresh tokens presented again after their use. */
  refreshReuses: number;
  /** Token and refresh requests that were refused. */
  tokenRefusals: number;
  /** API calls with a missing, unknown, expired or revoked access token. */
  deadTokens: number;
  outOfScope: number;
  throttledByRate: number;
  throttledByConcurrency: number;
  /** The most API calls that were under way at once. */
  mostConcurrent: number;
  docsReads: number;
  /** Files that were put into the storage by a presigned address. */
  uploads: number;
  /** Files that were read from there. */
  downloads: number;
  faults: number;
  /** Answers by operation: `GET /qbench/api/v2/orders`. */
  byOperation: Record<string, number>;
}

export const createStats = (): Stats => ({
  requests: 0,
  apiCalls: 0,
  exchanges: 0,
  refreshes: 0,
  refreshReuses: 0,
  tokenRefusals: 0,
  deadTokens: 0,
  outOfScope: 0,
  throttledByRate: 0,
  throttledByConcurrency: 0,
  mostConcurrent: 0,
  docsReads: 0,
  uploads: 0,
  downloads: 0,
  faults: 0,
  byOperation: {},
});
