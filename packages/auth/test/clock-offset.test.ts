import { expect, test } from "vitest";
import { measureClockOffset } from "../src/exchange/clock-offset.ts";

const NOW = Date.UTC(2026, 0, 5, 9);
const dated = (ms: number): Headers => new Headers({ Date: new Date(ms).toUTCString() });

// The header's second lasts until the next one begins.
test.each([
  ["none when the second of the answer is that of the request", dated(NOW), NOW + 200, NOW + 700, undefined],
  ["none when it began while the request was under way", dated(NOW), NOW - 400, NOW + 100, undefined],
  ["none when it began as the answer came", dated(NOW), NOW - 400, NOW, undefined],
  ["none in its last millisecond", dated(NOW), NOW + 999, NOW + 1500, undefined],
  ["30. one ahead, from the middle of the second to that of the call", dated(NOW + 360_000), NOW, NOW + 1000, 360_000],
  ["31. one behind", dated(NOW - 360_000), NOW, NOW + 1000, -360_000],
  ["one as soon as the second is over", dated(NOW), NOW + 1000, NOW + 2000, -1000],
  ["one as soon as it begins later", dated(NOW), NOW - 1001, NOW - 1, 1001],
  ["none without the header", new Headers(), NOW, NOW, undefined],
  ["none with one that is no date", new Headers({ Date: "today" }), NOW, NOW, undefined],
])("an answer shows an offset: %s", (_, headers, sentAt, receivedAt, expected) => {
  expect(measureClockOffset(headers, sentAt, receivedAt)).toBe(expected);
});
