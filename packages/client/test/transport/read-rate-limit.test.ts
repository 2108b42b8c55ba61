import { describe, expect, it } from "vitest";
import { readRateLimit } from "../../src/transport/read-rate-limit.ts";

const rate = { kind: "rate", limit: 300, windowMs: 60_000 };

describe("readRateLimit", () => {
  it.each<[string, Record<string, string>, unknown, object]>([
    [
      "the body of v1",
      {},
      { error: "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 5 seconds]" },
      { ...rate, count: 301, retryAfterMs: 5000 },
    ],
    [
      "the headers and the body of v2",
      { "X-QBAPI-Throttle-Request-Count": "350", "X-QBAPI-Throttle-TTL": "7" },
      {
        error_type: "RateLimitError",
        error_description: "ratelimit exceeded 300 per 60 seconds [current count: 350]. Retry in 7 seconds",
      },
      { ...rate, count: 350, retryAfterMs: 7000 },
    ],
    [
      "a body that closes its bracket early, without headers",
      {},
      { error_description: "ratelimit exceeded 300 per 60 seconds [current count: 350]. Retry in 7 seconds" },
      { ...rate, count: 350, retryAfterMs: 7000 },
    ],
    ["headers without a body", { "X-QBAPI-Throttle-TTL": "9" }, "", { kind: "rate", retryAfterMs: 9000 }],
    [
      "the text of a concurrency limit",
      {},
      { error_description: "exceeded concurrent request limit of 10" },
      { kind: "concurrency", limit: 10 },
    ],
    [
      "the response of a proxy",
      { "Retry-After": "3" },
      "<html>Too many requests</html>",
      { kind: "unknown", retryAfterMs: 3000 },
    ],
    ["a response without details", {}, "", { kind: "unknown" }],
    ["a text with limits of 0", {}, { error: "ratelimit exceeded 0 per 0 seconds" }, { kind: "rate" }],
  ])("readRateLimit reads the rate limit from %s", async (_, headers, body, rateLimit) => {
    const response = Response.json(body, { status: 429, headers });
    expect(await readRateLimit(response)).toEqual(rateLimit);
    expect(await response.json()).toEqual(body);
  });
});
