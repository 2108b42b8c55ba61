import { expect, test } from "vitest";
import { readRetryAfter } from "../src/http/retry-after.ts";

const NOW = Date.UTC(2026, 0, 5, 9);

test.each([
  ["nothing", {}, undefined, undefined],
  ["QBench's header", { "X-QBAPI-Throttle-TTL": "7" }, undefined, 7000],
  ["a fraction", { "X-QBAPI-Throttle-TTL": "1.25" }, undefined, 1250],
  ["a fraction of a millisecond, rounded up", { "Retry-After": "0.00125" }, undefined, 2],
  ["QBench's header before the standard's", { "X-QBAPI-Throttle-TTL": "7", "Retry-After": "9" }, undefined, 7000],
  [
    "the standard's, where QBench's is no number",
    { "X-QBAPI-Throttle-TTL": "7s", "Retry-After": "9" },
    undefined,
    9000,
  ],
  ["a date", { "Retry-After": "Mon, 05 Jan 2026 09:00:30 GMT" }, undefined, 30_000],
  ["a date that is over", { "Retry-After": "Mon, 05 Jan 2026 08:00:00 GMT" }, undefined, 0],
  ["neither", { "Retry-After": "x7" }, undefined, undefined],
  ["a text", {}, { error: "ratelimit exceeded [Retry in 12 seconds]" }, 12_000],
  ["a text of one second", {}, { error_description: "retry in 1 second" }, 1000],
  ["a text with a fraction", {}, { error_description: "Retry in 2.75 seconds." }, 2750],
  [
    "the error before its description",
    {},
    { error: "retry in 3 seconds", error_description: "retry in 4 seconds" },
    3000,
  ],
  ["the headers before a text", { "Retry-After": "5" }, { error: "retry in 3 seconds" }, 5000],
  ["a text about something else", {}, { error: "you may retry in seconds" }, undefined],
  ["what is no text", {}, { error: ["retry in 3 seconds"] }, undefined],
])("50. the pause that %s asks for", (_, headers, body, expected) => {
  expect(readRetryAfter(new Headers(headers), NOW, body)).toBe(expected);
});
