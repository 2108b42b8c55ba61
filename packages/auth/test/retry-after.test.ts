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
  ["a value that a proxy repeated", { "Retry-After": "3, 3" }, undefined, 3000],
  ["a header of QBench that a proxy repeated", { "X-QBAPI-Throttle-TTL": "7,7" }, undefined, 7000],
  ["the longer of two values", { "Retry-After": "2, 30" }, undefined, 30_000],
  ["the longer of a value and a date", { "Retry-After": "3, Mon, 05 Jan 2026 09:00:30 GMT" }, undefined, 30_000],
  [
    "a date that a proxy repeated",
    { "Retry-After": "Mon, 05 Jan 2026 09:00:30 GMT, Mon, 05 Jan 2026 09:00:30 GMT" },
    undefined,
    30_000,
  ],
  ["the valid one of two values", { "Retry-After": "soon, 4" }, undefined, 4000],
  ["a value after empty ones", { "Retry-After": " , ,4 ," }, undefined, 4000],
  ["a value with spaces", { "Retry-After": "  4\t" }, undefined, 4000],
  ["a fraction without digits before it", { "Retry-After": ".5" }, undefined, 500],
  ["a fraction without digits after it", { "Retry-After": "2." }, undefined, 2000],
  ["zero", { "Retry-After": "0" }, undefined, 0],
  ["a number that no timer can wait for", { "Retry-After": "99999999999999999999" }, undefined, 2 ** 31 - 1],
  ["a number that is too large for a double", { "Retry-After": "9".repeat(400) }, undefined, 2 ** 31 - 1],
  ["a date that no timer can wait for", { "Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT" }, undefined, 2 ** 31 - 1],
  ["a text of a time that no timer can wait for", {}, { error: "Retry in 99999999999 seconds" }, 2 ** 31 - 1],
  ["a date with two digits for the year", { "Retry-After": "Monday, 05-Jan-26 09:00:30 GMT" }, undefined, 30_000],
  ["a date of asctime, which is in GMT", { "Retry-After": "Mon Jan  5 09:00:30 2026" }, undefined, 30_000],
  ["a date of ISO 8601", { "Retry-After": "2026-01-05T09:00:30Z" }, undefined, 30_000],
  ["a date with an offset", { "Retry-After": "Mon, 05 Jan 2026 10:00:30 +0100" }, undefined, 30_000],
])("reads the pause from %s", (_, headers, body, expected) => {
  expect(readRetryAfter(new Headers(headers), NOW, body)).toBe(expected);
});

test.each([
  ["a response without header and text", {}, undefined],
  ["a Retry-After that is neither a number nor a date", { "Retry-After": "x7" }, undefined],
  ["a negative number, which is not a date in the year 2001", { "Retry-After": "-5" }, undefined],
  ["a number with an exponent", { "Retry-After": "1e3" }, undefined],
  ["a number with two points", { "Retry-After": "1.2.3" }, undefined],
  ["a point", { "Retry-After": "." }, undefined],
  ["an empty header", { "Retry-After": "" }, undefined],
  ["a comma", { "Retry-After": "," }, undefined],
  ["a date that does not exist", { "Retry-After": "Mon, 45 Foo 2026 09:00:30 GMT" }, undefined],
  ["a text about something else", {}, { error: "you may retry in seconds" }],
  ["an error that is not a string", {}, { error: ["retry in 3 seconds"] }],
])("finds no pause in %s", (_, headers, body) => {
  expect(readRetryAfter(new Headers(headers), NOW, body)).toBeUndefined();
});

const IN_30_S = "Mon, 05 Jan 2026 09:00:30 GMT";

test.each([
  ["an hour ahead", NOW + 3_600_000],
  ["an hour behind", NOW - 3_600_000],
  ["years behind", 0],
])("counts a date from the Date of the response if the clock of this machine is %s", (_, now) => {
  const headers = new Headers({ Date: "Mon, 05 Jan 2026 09:00:00 GMT", "Retry-After": IN_30_S });
  expect(readRetryAfter(headers, now)).toBe(30_000);
});

test.each([
  ["has no Date", undefined],
  ["has an empty Date", ""],
  ["has a Date that is not a date", "yesterday"],
  ["has a number as its Date", "1767603600"],
  ["was sent by a clock that was never set", "Thu, 01 Jan 1970 00:03:00 GMT"],
])("counts a date from the clock of this machine if the response %s", (_, date) => {
  const headers = new Headers({ "Retry-After": IN_30_S, ...(date !== undefined && { Date: date }) });
  expect(readRetryAfter(headers, NOW)).toBe(30_000);
});

test("counts a date from a Date that a proxy repeated", () => {
  const date = "Mon, 05 Jan 2026 09:00:00 GMT";
  const headers = new Headers({ "Retry-After": IN_30_S, Date: `${date}, ${date}` });
  expect(readRetryAfter(headers, 0)).toBe(30_000);
});

test("a number of seconds does not depend on any clock", () => {
  const headers = new Headers({ Date: "Mon, 05 Jan 2026 09:00:00 GMT", "Retry-After": "30" });
  expect(readRetryAfter(headers, 0)).toBe(30_000);
});

test("returns nothing or a time that a timer can wait, for each combination of odd values", () => {
  const odd = ["", ",", "-1", "3, 3", "1e999", "NaN", "Infinity", "9".repeat(400), "0x10", "soon", "12:00", IN_30_S];
  const dates = [...odd, "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "-271821-04-20T00:00:00Z"];
  for (const seconds of odd) {
    for (const retryAfter of dates) {
      for (const date of dates) {
        const headers = new Headers({ "X-QBAPI-Throttle-TTL": seconds, "Retry-After": retryAfter, Date: date });
        const delay = readRetryAfter(headers, NOW, { error: `Retry in ${seconds} seconds` });
        if (delay === undefined) continue;
        expect(Number.isInteger(delay) && delay >= 0 && delay < 2 ** 31, `${seconds} | ${retryAfter} | ${date}`).toBe(
          true,
        );
      }
    }
  }
});
