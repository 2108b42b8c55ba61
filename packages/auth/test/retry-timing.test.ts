import { describe, expect, test } from "vitest";
import { QBenchAuthError, type QBenchAuthErrorCode } from "../src/index.ts";
import { coolDownAfter, pauseBeforeRetry } from "../src/renewal/retry-timing.ts";

const failure = (code: QBenchAuthErrorCode, retryAfterMs?: number): QBenchAuthError =>
  new QBenchAuthError(code, "failed", retryAfterMs === undefined ? {} : { retryAfterMs });

describe("the pause before another attempt", () => {
  test.each([
    ["51. doubles", failure("server_error"), [250, 500, 1000, undefined]],
    ["51. doubles for a broken connection, too", failure("connection_failed"), [250, 500, 1000, undefined]],
    ["50. is once what the server asks for", failure("rate_limited", 2000), [2000, undefined]],
    ["50. is at most a minute", failure("rate_limited", 60_000), [60_000, undefined]],
    ["50. is none when the server asks for more", failure("rate_limited", 60_001), [undefined]],
    ["51. is what a failing server asks for", failure("server_error", 3000), [3000, 3000, 3000, undefined]],
    ["49. is none after a time-out", failure("timeout"), [undefined]],
    ["52. is none after a refusal", failure("invalid_client"), [undefined]],
  ])("%s", (_, error, pauses) => {
    expect(pauses.map((_, i) => pauseBeforeRetry(error, i + 1, 1))).toEqual(pauses);
  });

  test("51. is shorter by chance, by half at most", () => {
    expect([0, 0.5, 1].map(random => pauseBeforeRetry(failure("connection_failed"), 2, random))).toEqual([
      250, 375, 500,
    ]);
  });
});

test.each([
  ["9. a failure of the server", failure("server_error"), { backgroundMs: 30_000, waitMs: 0, failFastMs: 0 }],
  [
    "50. a short pause that was asked for",
    failure("rate_limited", 2000),
    { backgroundMs: 30_000, waitMs: 2000, failFastMs: 0 },
  ],
  ["50. a pause of a minute", failure("rate_limited", 60_000), { backgroundMs: 60_000, waitMs: 60_000, failFastMs: 0 }],
  ["50. a longer one", failure("rate_limited", 60_001), { backgroundMs: 60_001, waitMs: 0, failFastMs: 60_001 }],
  ["50. one without measure", failure("rate_limited", 1e9), { backgroundMs: 300_000, waitMs: 0, failFastMs: 300_000 }],
  ["52. a refusal", failure("invalid_client"), { backgroundMs: 60_000, waitMs: 0, failFastMs: 60_000 }],
  [
    "52. a refusal that asks for a pause",
    failure("invalid_grant", 9000),
    { backgroundMs: 60_000, waitMs: 0, failFastMs: 60_000 },
  ],
])("%s: what follows", (_, error, expected) => {
  expect(coolDownAfter(error)).toEqual(expected);
});
