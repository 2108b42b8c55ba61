import { expect, test } from "vitest";
import { readRetryAfter } from "../src/http/retry-after.ts";

const NOW = Date.UTC(2026, 0, 5, 9);

test.each([
  ["the header of QBench", { "X-QBAPI-Throttle-TTL": "7" }, undefined, 7000],
  ["a fraction of a second", { "X-QBAPI-Throttle-TTL": "1.25" }, undefined, 1250],
  ["a fraction of a millisecond, rounded up", { "Retry-After": "0.00125" }, undefined, 2],
  [
    "the header of QBench rather than Retry-After",
    { "X-QBAPI-Throttle-TTL": "7", "Retry-After": "9" },
    undefined,
    7000,
  ],
  [
    "Retry-After if the header of QBench is not a number",
    { "X-QBAPI-Throttle-TTL": "7s", "Retry-After": "9" },
    undefined,
    9000,
  ],
  ["a date in Retry-After", { "Retry-After": "Mon, 05 Jan 2026 09:00:30 GMT" }, undefined, 30_000],
  ["a date in the past", { "Retry-After": "Mon, 05 Jan 2026 08:00:00 GMT" }, undefined, 0],
  ["the text of an error", {}, { error: "ratelimit exceeded [Retry in 12 seconds]" }, 12_000],
  ["a text of one second", {}, { error_description: "retry in 1 second" }, 1000],
  ["a text with a fraction", {}, { error_description: "Retry in 2.75 seconds." }, 2750],
  [
    "the error rather than its description",
    {},
    { error: "retry in 3 seconds", error_description: "retry in 4 seconds" },
    3000,
  ],
  ["a header rather than a text", { "Retry-After": "5" }, { error: "retry in 3 seconds" }, 5000],
])("reads the pause from %s", (_, headers, body, expected) => {
  expect(readRetryAfter(new Headers(headers), NOW, body)).toBe(expected);
});

test.each([
  ["a response without header and text", {}, undefined],
  ["a Retry-After that is neither a number nor a date", { "Retry-After": "x7" }, undefined],
  ["a text about something else", {}, { error: "you may retry in seconds" }],
  ["an error that is not a string", {}, { error: ["retry in 3 seconds"] }],
])("finds no pause in %s", (_, headers, body) => {
  expect(readRetryAfter(new Headers(headers), NOW, body)).toBeUndefined();
});
