import { describe, expect, test } from "vitest";
import { QBenchAuthError, type QBenchAuthErrorCode } from "../src/index.ts";
import { backoffAfter, pauseBeforeRetry } from "../src/renewal/retry-timing.ts";

const failure = (code: QBenchAuthErrorCode, retryAfterMs?: number): QBenchAuthError =>
  new QBenchAuthError(code, "failed", retryAfterMs === undefined ? {} : { retryAfterMs });

describe("the pause before another attempt", () => {
  test.each([
    ["doubles the pause after each failure of the server", failure("server_error"), [250, 500, 1000, undefined]],
    ["doubles the pause after each failed connection", failure("connection_failed"), [250, 500, 1000, undefined]],
    ["pauses once after a 429, as long as the server asks", failure("rate_limited", 2000), [2000, undefined]],
    ["pauses for up to a minute", failure("rate_limited", 60_000), [60_000, undefined]],
    ["does not retry if the server asks for more than a minute", failure("rate_limited", 60_001), [undefined]],
    ["pauses as long as a failing server asks", failure("server_error", 3000), [3000, 3000, 3000, undefined]],
    ["does not retry after a timeout", failure("timeout"), [undefined]],
    ["does not retry after rejected credentials", failure("invalid_client"), [undefined]],
    ["does not retry after a rejection by a proxy", failure("proxy_rejected"), [undefined]],
    ["does not retry after a rejected token", failure("token_rejected"), [undefined]],
  ])("%s", (_, error, pauses) => {
    expect(pauses.map((_, i) => pauseBeforeRetry(error, i + 1, 1))).toEqual(pauses);
  });

  test("shortens the pause at random, by up to half", () => {
    expect([0, 0.5, 1].map(random => pauseBeforeRetry(failure("connection_failed"), 2, random))).toEqual([
      250, 375, 500,
    ]);
  });
});

test.each([
  ["a failure of the server", failure("server_error"), { backgroundMs: 30_000, waitMs: 0, failFastMs: 0 }],
  [
    "a short pause that the server asks for",
    failure("rate_limited", 2000),
    { backgroundMs: 30_000, waitMs: 2000, failFastMs: 0 },
  ],
  ["a pause of a minute", failure("rate_limited", 60_000), { backgroundMs: 60_000, waitMs: 60_000, failFastMs: 0 }],
  [
    "a pause of more than a minute",
    failure("rate_limited", 60_001),
    { backgroundMs: 60_001, waitMs: 0, failFastMs: 60_001 },
  ],
  ["a pause of days", failure("rate_limited", 1e9), { backgroundMs: 300_000, waitMs: 0, failFastMs: 300_000 }],
  ["rejected credentials", failure("invalid_client"), { backgroundMs: 60_000, waitMs: 0, failFastMs: 60_000 }],
  ["a rejection by a proxy", failure("proxy_rejected"), { backgroundMs: 60_000, waitMs: 0, failFastMs: 60_000 }],
  [
    "a rejected token that was returned again",
    failure("token_rejected"),
    { backgroundMs: 60_000, waitMs: 0, failFastMs: 60_000 },
  ],
  [
    "rejected credentials with a pause",
    failure("invalid_grant", 9000),
    { backgroundMs: 60_000, waitMs: 0, failFastMs: 60_000 },
  ],
])("returns the backoff after %s", (_, error, expected) => {
  expect(backoffAfter(error)).toEqual(expected);
});
