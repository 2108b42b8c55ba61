import { readRetryAfter } from "@qbench-sdk/auth/internal";
import { QBenchConnectionError } from "../errors/connection-error.js";
import { isSafeMethod } from "../errors/message.js";
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

/**
 * Returns true for statuses that may go away by themselves: 408, 429, 500, 502, 503, 504 and 520 to 524. Cloudflare
 * sends the last five if it gets no valid response from QBench.
 */
export const isTransientStatus = (status: number): boolean => /408|429|50[0234]|52[0-4]/.test(String(status));

/**
 * Decides whether a failed request can be sent again. Returns undefined if a retry is not safe, or if it would fail in
 * the same way.
 */
export async function retryReason(outcome: Outcome, method: string): Promise<RetryReason | undefined> {
  const isRead = isSafeMethod(method);
  if ("response" in outcome) {
    const { status, headers } = outcome.response;
    // Also a gateway can send the other statuses, after QBench has executed the request.
    if (!isRead && status !== 429) return undefined;
    // QBench may name the delay in the body of a 429 only.
    const { retryAfterMs } =
      status === 429 ? await readRateLimit(outcome.response) : { retryAfterMs: readRetryAfter(headers, Date.now()) };
    return { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  const { error } = outcome;
  if (error instanceof QBenchTimeoutError) return isRead ? { code: "timeout" } : undefined;
  if (!(error instanceof QBenchConnectionError)) return undefined;
  const { code, phase, requestSent } = error;
  if (phase === "certificate" || phase === "proxy") return undefined;
  if (!isRead && requestSent) return undefined;
  return code === undefined ? {} : { code };
}
