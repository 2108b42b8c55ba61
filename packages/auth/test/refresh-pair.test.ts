import { describe, expect, test } from "vitest";
import { isRefreshable, readRefreshPair } from "../src/exchange/refresh-pair.ts";

const NOW = Date.UTC(2026, 0, 5, 9);
const WEEK = 7 * 24 * 3_600_000;

/** Headers as a server sends them, which a program in a page cannot make. */
const cookies = (...lines: string[]): Headers => Object.assign(new Headers(), { getSetCookie: () => lines });

describe("38. the end of a pair", () => {
  test.each([
    ["its cookie's Max-Age", "jid=a; Max-Age=60", NOW + 60_000],
    ["Max-Age before Expires", "jid=a; Max-Age=60; Expires=Mon, 05 Jan 2026 10:00:00 GMT", NOW + 60_000],
    ["its cookie's Expires", "jid=a; Expires=Mon, 05 Jan 2026 10:00:00 GMT", NOW + 3_600_000],
    ["seven days at most", "jid=a; Max-Age=999999999", NOW + WEEK],
    ["seven days when nothing is said", "jid=a", NOW + WEEK],
    ["seven days when nobody can read it", "jid=a; Expires=soon", NOW + WEEK],
    ["seven days for a Max-Age that is no number", "jid=a; Max-Age=soon", NOW + WEEK],
  ])("is %s", (_, line, refreshExpiresAt) => {
    expect(readRefreshPair("r", cookies("other=b", line), NOW, false)).toEqual({
      refreshToken: "r",
      refreshCookie: "a",
      refreshExpiresAt,
    });
  });
});

describe("37. there is no pair", () => {
  test.each([
    ["without a refresh token", undefined, "jid=a"],
    ["with an empty one", "", "jid=a"],
    ["with one that is no text", 5, "jid=a"],
    ["without the cookie", "r", "jidd=a"],
    ["with an empty cookie", "r", "jid="],
    ["with a cookie that would add another", "r", 'jid=a"b'],
    ["with a cookie of another letter", "r", "jid=ä"],
  ])("%s", (_, token, line) => {
    expect(readRefreshPair(token, cookies(line), NOW, false)).toEqual({});
  });
});

test("where the browser keeps the cookie, the refresh token alone is the pair", () => {
  expect(readRefreshPair("r", cookies(), NOW, true)).toEqual({ refreshToken: "r", refreshExpiresAt: NOW + WEEK });
});

test.each([
  ["a pair", { refreshToken: "r", refreshCookie: "c", refreshExpiresAt: NOW + 1 }, false, true],
  ["46. a pair that has ended", { refreshToken: "r", refreshCookie: "c", refreshExpiresAt: NOW }, false, false],
  ["a pair without an end", { refreshToken: "r", refreshCookie: "c" }, false, false],
  ["37. half a pair", { refreshToken: "r", refreshExpiresAt: NOW + 1 }, false, false],
  ["a cookie alone", { refreshCookie: "c", refreshExpiresAt: NOW + 1 }, false, false],
  ["half a pair in a browser", { refreshToken: "r", refreshExpiresAt: NOW + 1 }, true, true],
])("%s: can it be sent?", (_, pair, cookiesAreKept, expected) => {
  const tokens = { accessToken: "a", tokenType: "Bearer", expiresAt: NOW, ...pair } as const;
  expect(isRefreshable(tokens, NOW, cookiesAreKept)).toBe(expected);
});
