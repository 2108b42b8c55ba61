import { readRetryAfter } from "@qbench-sdk/auth/internal";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { QBenchTimeoutError } from "../errors/timeout-error.js";
import { readRateLimit } from "./read-rate-limit.js";

/** Holds the result of one attempt. */
export type Outcome = { response: Response } | { error: unknown };

/** Says why a request can be sent again. */
export interface RetryReason {
  status?: number;
  code?: string;
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs?: number;
}

/** Returns true for statuses that may go away by themselves: 429, 500, 502, 503 and 504. */
export const isTransientStatus = (status: number): boolean =>
  status === 429 || status === 500 || (status > 501 && status < 505);

/**
 * Decides whether a failed request can be sent again. Returns undefined if a retry is not safe, or if it would fail in
 * the same way.
 */
export async function retryReason(outcome: Outcome, method: string): Promise<RetryReason | undefined> {
  const isRead = method === "GET" || method === "HEAD";
  if ("response" in outcome) {
    const { status, headers } = outcome.response;
    if (!isRead && status !== 429) return undefined;
    // QBench may name the delay in the body of a 429 only.
    const { retryAfterMs } =
      status === 429 ? await readRateLimit(outcome.response) : { retryAfterMs: readRetryAfter(headers, Date.now()) };
    return { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  const { error } = outcome;
  if (error instanceof QBenchTimeoutError) return isRead ? { code: "timeout" } : undefined;
  if (!(error instanceof QBenchConnectionError) || error.phase === "certificate") return undefined;
  const { code, requestSent } = error;
  if (!isRead && requestSent) return undefined;
  return code === undefined ? {} : { code };
}
