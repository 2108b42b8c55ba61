import { readRetryAfter } from "@qbench-sdk/auth";

/** What an answer 429 says (facts 6.3). The call was not carried out. */
export interface Refusal {
  /** Too many calls in a window, too many at once, or an answer that isn't QBench's own. */
  kind: "rate" | "concurrency" | "unknown";
  /** How many calls are allowed, in a window or at once. */
  limit?: number;
  /** The window of `limit`, in milliseconds. */
  windowMs?: number;
  /** How many calls the server has counted in the window, others' among them. */
  count?: number;
  /** How long it asks to wait, in milliseconds. */
  retryAfterMs?: number;
}

/**
 * Reads a refusal from an answer 429. The body may be of any form that holds QBench's sentence: it stands under `error` in
 * v1, under `error_description` in v2.
 */
export function readRefusal(headers: Headers, body: string): Refusal {
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
