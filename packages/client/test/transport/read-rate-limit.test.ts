import { describe, expect, it } from "vitest";
import { readRateLimitInfo } from "../../src/transport/read-rate-limit.ts";

const rate = { kind: "rate", limit: 300, windowMs: 60_000 };

describe("readRefusal", () => {
  it.each<[string, Record<string, string>, unknown, object]>([
    [
      "v1",
      {},
      { error: "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 5 seconds]" },
      { ...rate, count: 301, retryAfterMs: 5000 },
    ],
    [
      "v2",
      { "X-QBAPI-Throttle-Request-Count": "350", "X-QBAPI-Throttle-TTL": "7" },
      {
        error_type: "RateLimitError",
        error_description: "ratelimit exceeded 300 per 60 seconds [current count: 350]. Retry in 7 seconds",
      },
      { ...rate, count: 350, retryAfterMs: 7000 },
    ],
    [
      "the variant that closes its bracket early, without headers",
      {},
      { error_description: "ratelimit exceeded 300 per 60 seconds [current count: 350]. Retry in 7 seconds" },
      { ...rate, count: 350, retryAfterMs: 7000 },
    ],
    ["headers alone", { "X-QBAPI-Throttle-TTL": "9" }, "", { kind: "rate", retryAfterMs: 9000 }],
    [
      "too many at once",
      {},
      { error_description: "exceeded concurrent request limit of 10" },
      { kind: "concurrency", limit: 10 },
    ],
    ["a proxy's", { "Retry-After": "3" }, "<html>Too many requests</html>", { kind: "unknown", retryAfterMs: 3000 }],
    ["nothing at all", {}, "", { kind: "unknown" }],
    ["limits of 0", {}, { error: "ratelimit exceeded 0 per 0 seconds" }, { kind: "rate" }],
  ])("reads %s", (_, headers, body, refusal) => {
    expect(readRateLimitInfo(new Headers(headers), JSON.stringify(body))).toEqual(refusal);
  });
});
