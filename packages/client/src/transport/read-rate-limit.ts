import { readRetryAfter } from "@qbench-sdk/auth/internal";
import type { RateLimitInfo } from "../events.js";

/**
 * Reads what a 429 says about the tenant's limits. The body can have any form that contains QBench's sentence: v1 has
 * it under `error`, v2 under `error_description`. The response stays readable.
 */
export async function readRateLimit(response: Response): Promise<RateLimitInfo> {
  const { headers } = response;
  // A custom fetch may have read the body. The headers are enough.
  const body = response.bodyUsed ? "" : await response.clone().text();
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
