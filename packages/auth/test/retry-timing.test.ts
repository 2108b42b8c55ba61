import { describe, expect, test } from "vitest";
import { QBenchAuthError, type QBenchAuthErrorCode } from "../src/index.ts";
import { coolDownAfter, pauseBeforeRetry } from "../src/renewal/retry-timing.ts";

const failure = (code: QBenchAuthErrorCode, retryAfterMs?: number): QBenchAuthError =>
  new QBenchAuthError(code, "failed", retryAfterMs === undefined ? {} : { retryAfterMs });

describe("the pause before another attempt", () => {
  test.each([
    ["51. doubles", failure("server_error"), [250, 500, 1000, undefined]],
    ["51. doubles for a broken connection, too", failure("network"), [250, 500, 1000, undefined]],
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
    expect([0, 0.5, 1].map(random => pauseBeforeRetry(failure("network"), 2, random))).toEqual([250, 375, 500]);
  });
});

test.each([
  ["9. a failure of the server", failure("server_error"), { behindMs: 30_000, waitsMs: 0, refusesMs: 0 }],
  [
    "50. a short pause that was asked for",
    failure("rate_limited", 2000),
    { behindMs: 30_000, waitsMs: 2000, refusesMs: 0 },
  ],
  ["50. a pause of a minute", failure("rate_limited", 60_000), { behindMs: 60_000, waitsMs: 60_000, refusesMs: 0 }],
  ["50. a longer one", failure("rate_limited", 60_001), { behindMs: 60_001, waitsMs: 0, refusesMs: 60_001 }],
  ["50. one without measure", failure("rate_limited", 1e9), { behindMs: 300_000, waitsMs: 0, refusesMs: 300_000 }],
  ["52. a refusal", failure("invalid_client"), { behindMs: 60_000, waitsMs: 0, refusesMs: 60_000 }],
  [
    "52. a refusal that asks for a pause",
    failure("invalid_grant", 9000),
    { behindMs: 60_000, waitsMs: 0, refusesMs: 60_000 },
  ],
])("%s: what follows", (_, error, expected) => {
  expect(coolDownAfter(error)).toEqual(expected);
});
