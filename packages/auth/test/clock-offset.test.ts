import { expect, test } from "vitest";
import { measureClockOffset } from "../src/exchange/clock-offset.ts";

const NOW = Date.UTC(2026, 0, 5, 9);
const dated = (ms: number): Headers => new Headers({ Date: new Date(ms).toUTCString() });

// The second in the header lasts until the next one begins.
test.each([
  ["no offset if request and response are in the second of the header", dated(NOW), NOW + 200, NOW + 700, undefined],
  ["no offset if that second began between request and response", dated(NOW), NOW - 400, NOW + 100, undefined],
  ["no offset if that second began when the response arrived", dated(NOW), NOW - 400, NOW, undefined],
  ["no offset in the last millisecond of that second", dated(NOW), NOW + 999, NOW + 1500, undefined],
  [
    "an offset ahead, from the middle of the exchange to the middle of the second",
    dated(NOW + 360_000),
    NOW,
    NOW + 1000,
    360_000,
  ],
  ["an offset behind", dated(NOW - 360_000), NOW, NOW + 1000, -360_000],
  ["an offset as soon as the second is over", dated(NOW), NOW + 1000, NOW + 2000, -1000],
  ["an offset if the second begins after the response", dated(NOW), NOW - 1001, NOW - 1, 1001],
  [
    "no offset in a response of a cache",
    new Headers({ Date: new Date(NOW + 360_000).toUTCString(), Age: "360" }),
    NOW,
    NOW,
    undefined,
  ],
  ["no offset without the header", new Headers(), NOW, NOW, undefined],
  ["no offset if the header is not a date", new Headers({ Date: "today" }), NOW, NOW, undefined],
  [
    "no offset if the header is a number, which is not a date in the year 2001",
    new Headers({ Date: "5" }),
    NOW,
    NOW,
    undefined,
  ],
  ["no offset by a server's clock that was never set", dated(180_000), NOW, NOW, undefined],
  [
    "an offset by a header that a proxy repeated",
    new Headers([
      ["Date", new Date(NOW + 360_000).toUTCString()],
      ["Date", new Date(NOW + 360_000).toUTCString()],
    ]),
    NOW,
    NOW + 1000,
    360_000,
  ],
])("measures %s", (_, headers, sentAt, receivedAt, expected) => {
  expect(measureClockOffset(headers, sentAt, receivedAt)).toBe(expected);
});
