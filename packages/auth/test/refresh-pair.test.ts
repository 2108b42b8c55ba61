import { describe, expect, test } from "vitest";
import { isRefreshable, readRefreshPair } from "../src/exchange/refresh-pair.ts";

const NOW = Date.UTC(2026, 0, 5, 9);
const WEEK = 7 * 24 * 3_600_000;

/** Creates headers with cookies. In a page, a program cannot add those to real Headers. */
const cookies = (...lines: string[]): Headers => Object.assign(new Headers(), { getSetCookie: () => lines });

describe("the end of a pair", () => {
  test.each([
    ["by the Max-Age of its cookie", "jid=a; Max-Age=60", NOW + 60_000],
    ["by Max-Age rather than Expires", "jid=a; Max-Age=60; Expires=Mon, 05 Jan 2026 10:00:00 GMT", NOW + 60_000],
    ["by the Expires of its cookie", "jid=a; Expires=Mon, 05 Jan 2026 10:00:00 GMT", NOW + 3_600_000],
    ["after seven days if Max-Age is longer", "jid=a; Max-Age=999999999", NOW + WEEK],
    ["after seven days if the cookie has no end", "jid=a", NOW + WEEK],
    ["after seven days if Expires is not a date", "jid=a; Expires=soon", NOW + WEEK],
    ["after seven days if Max-Age is not a number", "jid=a; Max-Age=soon", NOW + WEEK],
    [
      "by Expires if Max-Age is not a number",
      "jid=a; Max-Age=1h; Expires=Mon, 05 Jan 2026 10:00:00 GMT",
      NOW + 3_600_000,
    ],
    ["immediately if Max-Age is negative", "jid=a; Max-Age=-1", NOW - 1000],
    ["by the last Max-Age of several", "jid=a; Max-Age=5; Max-Age=60", NOW + 60_000],
    [
      "by attributes in any case and with white space",
      " jid = a ;HttpOnly; MAX-AGE = 60 ; Secure; Path=/",
      NOW + 60_000,
    ],
    ["after seven days if the attribute has no value", "jid=a; Max-Age; Expires", NOW + WEEK],
  ])("ends a refresh token %s", (_, line, refreshExpiresAt) => {
    expect(readRefreshPair("r", cookies("other=b", line), NOW, false)).toEqual({
      refreshToken: "r",
      refreshCookie: "a",
      refreshExpiresAt,
    });
  });
});

test.each([
  ["an equals sign", "jid=a==; Path=/", "a=="],
  ["quotation marks around it, which belong to it", 'jid="a"; Path=/', '"a"'],
  ["an encoded character, which stays encoded", "jid=a%20b", "a%20b"],
])("reads the value of a cookie with %s", (_, line, refreshCookie) => {
  expect(readRefreshPair("r", cookies(line), NOW, false)).toMatchObject({ refreshCookie });
});

test("reads the cookie jid among cookies whose values and dates contain its name and commas", () => {
  const lines = [
    "JID=upper",
    "a=jid=b",
    "jid=old",
    "jid=new",
    "b=1,2; jid=c; Expires=Mon, 05 Jan 2026 10:00:00 GMT",
    "jid",
  ];
  expect(readRefreshPair("r", cookies(...lines), NOW, false)).toMatchObject({ refreshCookie: "new" });
});

describe("half a pair", () => {
  test.each([
    ["the refresh token is missing", undefined, "jid=a"],
    ["the refresh token is empty", "", "jid=a"],
    ["the refresh token is not a string", 5, "jid=a"],
    ["the cookie jid is missing", "r", "jidd=a"],
    ["the cookie is empty", "r", "jid="],
    ["the cookie has no value", "r", "jid; Path=/"],
    ["the cookie is an empty text in quotation marks", "r", 'jid=""'],
    ["a quotation mark of the cookie is not closed", "r", 'jid="a'],
    ["the cookie has a quotation mark", "r", 'jid=a"b'],
    ["the cookie has a letter outside ASCII", "r", "jid=ä"],
  ])("reads no pair if %s", (_, token, line) => {
    expect(readRefreshPair(token, cookies(line), NOW, false)).toEqual({});
  });
});

test("reads the refresh token alone if the browser keeps the cookie", () => {
  expect(readRefreshPair("r", cookies(), NOW, true)).toEqual({ refreshToken: "r", refreshExpiresAt: NOW + WEEK });
});

test.each([
  ["allows a refresh by a pair", { refreshToken: "r", refreshCookie: "c", refreshExpiresAt: NOW + 1 }, false, true],
  [
    "rules out a refresh by a pair that has ended",
    { refreshToken: "r", refreshCookie: "c", refreshExpiresAt: NOW },
    false,
    false,
  ],
  ["rules out a refresh by a pair without an end", { refreshToken: "r", refreshCookie: "c" }, false, false],
  ["rules out a refresh without a cookie", { refreshToken: "r", refreshExpiresAt: NOW + 1 }, false, false],
  ["rules out a refresh by a cookie alone", { refreshCookie: "c", refreshExpiresAt: NOW + 1 }, false, false],
  ["allows a refresh without a cookie in a browser", { refreshToken: "r", refreshExpiresAt: NOW + 1 }, true, true],
])("%s", (_, pair, browserKeepsCookies, expected) => {
  const tokens = { accessToken: "a", tokenType: "Bearer", expiresAt: NOW, ...pair } as const;
  expect(isRefreshable(tokens, NOW, browserKeepsCookies)).toBe(expected);
});
