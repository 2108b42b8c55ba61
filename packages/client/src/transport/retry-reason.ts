import { readRetryAfter, systemCode } from "@qbench-sdk/auth/internal";
import { QBenchTimeoutError } from "../errors/timeout-error.js";
import { isCertificateFailure, isConnectFailure, isConnectionFailure } from "./connection-failure.js";
import { readRateLimitText } from "./read-rate-limit.js";

/** What came of one attempt. */
export type Outcome = { response: Response } | { error: unknown };

/** Why a call may be sent again. */
export interface RetryReason {
  status?: number;
  code?: string;
  /** How long the server asks to wait. */
  retryAfterMs?: number;
}

export const isTransientStatus = (status: number): boolean =>
  status === 429 || status === 500 || (status > 501 && status < 505);

/** Undefined when the call must not be sent again, or there is no use in it. */
export async function retryReason(outcome: Outcome, method: string): Promise<RetryReason | undefined> {
  const isRead = method === "GET" || method === "HEAD";
  if ("response" in outcome) {
    const { status } = outcome.response;
    if (!isRead && status !== 429) return undefined;
    const toldMs = await readServerDelay(outcome.response);
    return { status, ...(toldMs !== undefined && { retryAfterMs: toldMs }) };
  }
  const { error } = outcome;
  if (error instanceof QBenchTimeoutError) return isRead ? { code: "timeout" } : undefined;
  if (!isConnectionFailure(error) || isCertificateFailure(error) || !(isRead || isConnectFailure(error)))
    return undefined;
  const code = systemCode(error);
  return code === undefined ? {} : { code };
}

/** How long the server asks to wait; QBench may say it in the body alone. */
async function readServerDelay(response: Response): Promise<number | undefined> {
  const { status, headers } = response;
  const toldMs = readRetryAfter(headers, Date.now());
  if (toldMs !== undefined || status !== 429) return toldMs;
  return readRetryAfter(headers, Date.now(), { error: await readRateLimitText(response) });
}
