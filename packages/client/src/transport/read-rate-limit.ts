import { readLimitedText, readRetryAfter } from "@qbench-sdk/auth/internal";
import type { RateLimitInfo } from "../events.js";

/**
 * Reads what a 429 says about the tenant's limits. The body can have any form that contains QBench's sentence: v1 has
 * it under `error`, v2 under `error_description`.
 */
export function readRateLimitInfo(headers: Headers, body: string): RateLimitInfo {
  const [, requests, seconds] = /ratelimit exceeded (\d{1,6}) per (\d{1,6}(?:\.\d+)?) seconds?/i.exec(body) ?? [];
  const [, concurrent] = /concurrent request limit of (\d{1,6})/i.exec(body) ?? [];
  const [, count = headers.get("X-QBAPI-Throttle-Request-Count")] = /current count: (\d{1,9})/i.exec(body) ?? [];
  const retryAfterMs = readRetryAfter(headers, Date.now(), { error: body });
  const limit = Number(requests ?? concurrent);
  const windowMs = Number(seconds) * 1000;
  const isRate = requests !== undefined || headers.has("X-QBAPI-Throttle-TTL");
  return {
    kind: isRate ? "rate" : concurrent !== undefined ? "concurrency" : "unknown",
    ...(limit > 0 && { limit }),
    ...(windowMs > 0 && { windowMs }),
    ...(Number(count) > 0 && { count: Number(count) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

const MAX_BODY_BYTES = 4096;
const MAX_BODY_MS = 1000;

/** Returns the beginning of a 429's body. It reads a clone, so that the caller can still read the response. */
export async function readRateLimitText(response: Response): Promise<string> {
  try {
    return (await readLimitedText(response.clone().body, MAX_BODY_BYTES, MAX_BODY_MS)).text;
  } catch {
    // The body cannot be cloned, because a fetch of the caller's own has read it. The headers are enough.
    return "";
  }
}
