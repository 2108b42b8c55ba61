import { describe, expect, test } from "vitest";
import { escapeInvisible, sanitizeText, toPlainLine } from "../src/errors/sanitize-text.ts";

const uuid = "0b8e1c0a-3f5d-4c2b-9a61-7d2f60c5b1aa";

describe("sanitizeText", () => {
  test.each([
    ["colors", "a\u001b[31mred\u001b[0m b", "ared b"],
    ["a cleared screen", "a\u001b[2J\u001b[H b", "a b"],
    ["a title", "a\u001b]0;title\u0007 b", "a b"],
    ["a link", "\u001b]8;;https://evil.example\u001b\\text\u001b]8;;\u001b\\", "text"],
    ["a title without an end", "a\u001b]0;title", "a"],
    ["a reset", "a\u001bcb\u001b(Bc", "abc"],
    ["C1 controls", "a\u009b31mb\u0085c\u009dd", "abcd"],
    ["zero-width characters", "a\u200bb\u200cc\u200dd\u2060e", "abcde"],
    ["marks of direction", "a\u200eb\u200fc\u202ad\u202ee\u2066f\u2069g\u061ch", "abcdefgh"],
    ["tag characters", "a\u{e0041}\u{e007f}b", "ab"],
    ["fillers and variation selectors", "a\u3164\u115f\ufe0f\u{e0100}b", "ab"],
    ["halves of characters", "a\ud800b\udc00c\ud83d", "abc"],
    ["halves that a control character separates", "\ud83d\u0007\ude00", ""],
  ])("sanitizeText removes %s", (_, text, line) => {
    expect(sanitizeText(text)).toBe(line);
  });

  test("sanitizeText puts a text with any line separators on one line", () => {
    expect(sanitizeText("  a\r\nb\u2028c\u2029d\te\u00a0f \n")).toBe("a b c d e f");
  });

  test("sanitizeText keeps letters, digits and symbols of any language", () => {
    for (const text of ["Zürich, 5 µg/m³ – 日本語", "العربية", "👍 a.b: c? d=e", "50 % of `x` <b> [y](z)"]) {
      expect(sanitizeText(text)).toBe(text);
    }
  });

  test("sanitizeText keeps the query of a URL only if the caller asks for it, and never a credential in it", () => {
    const line = `GET /orders?page_num=2&access_token=${"x".repeat(20)} 200`;
    expect(sanitizeText(line)).toBe("GET /orders 200");
    expect(sanitizeText(line, [], 500, { keepQueries: true })).toBe(
      "GET /orders?page_num=2&access_token=[redacted] 200",
    );
  });

  test("sanitizeText keeps an error_token, which identifies an incident", () => {
    const text = '{"error_token":"7c120006ce91c1f3"}';
    expect(sanitizeText(text)).toBe(text);
  });

  test("sanitizeText returns at most 500 characters, or at most the given number, and no half of a character", () => {
    expect(sanitizeText("x".repeat(501))).toBe(`${"x".repeat(499)}…`);
    expect(sanitizeText("x".repeat(500))).toBe("x".repeat(500));
    expect(sanitizeText("👍".repeat(20), [], 10)).toBe("👍👍👍👍…");
  });

  test.each([
    ["the given token", `The token ${uuid} has expired`, "The token [redacted] has expired"],
    [
      "the given token that hidden characters split",
      `t ${uuid.replaceAll("-", "\u200b-\u001b[1m")} x`,
      "t [redacted] x",
    ],
    ["the given token in a URL", `https://a.example/${uuid}/b`, "https://a.example/[redacted]/b"],
    ["another bearer token", `got "Bearer ${uuid.replace("0", "1")}"`, 'got "Bearer [redacted]"'],
    ["an assertion", "assertion=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln_-", "assertion=[redacted]"],
    [
      "a JWT within a text",
      "Malformed JWT 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln_-'",
      "Malformed JWT '[redacted]'",
    ],
    ["a JWT after other characters", "xeyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln_-", "x[redacted]"],
    ["a token in JSON", '{"access_token":"1234567890abcdef","x":1}', '{"access_token":"[redacted]","x":1}'],
    ["a refresh token in a form", "refresh_token_id=1234567890abcdef&x=1", "refresh_token_id=[redacted]&x=1"],
    ["a client secret", "client_secret: 1234567890abcdef", "client_secret: [redacted]"],
    ["a cookie", "Set-Cookie: jid=1234567890abcdef; Path=/", "Set-Cookie: [redacted]; Path=/"],
    [
      "the query of a URL",
      "see https://s3.example/a.pdf?X-Amz-Signature=abc&b=c now",
      "see https://s3.example/a.pdf now",
    ],
    ["the query of a path", "GET /bucket/a.pdf?Signature=abc failed", "GET /bucket/a.pdf failed"],
    ["the query of a URL in JSON", '{"url":"https://s3.example/a?b=c"}', '{"url":"https://s3.example/a'],
    ["a signature", "X-Amz-Signature=0123456789abcdef0123", "X-Amz-Signature=[redacted]"],
  ])("sanitizeText replaces %s", (_, text, line) => {
    expect(sanitizeText(text, [undefined, "", uuid])).toBe(line);
  });

  test("sanitizeText keeps texts about credentials", () => {
    for (const text of [
      "Bearer authentication is required",
      "access_token: is missing",
      "The cookie jid: unknown. Is it a token?",
      "Order 0b8e1c0a-3f5d-4c2b-9a61-7d2f60c5b1aa does not exist",
      "Unknown filter a?b=c",
      "Unknown field surveyJobIdentifier12345",
      "HoneyJackson-sample-2024-001 is locked",
      "surveyJobIdentifier.description_of_the_job is missing",
      'Did you mean "orders/1"? Or /samples?',
    ]) {
      expect(sanitizeText(text)).toBe(text);
    }
  });

  test("sanitizeText redacts before it cuts, so that no part of a secret is left", () => {
    const secret = "s".repeat(100);
    for (let at = 395; at <= 505; at++) {
      expect(sanitizeText(`${"x".repeat(at)}${secret}`, [secret])).not.toContain("s");
      expect(sanitizeText(`${"x".repeat(at)} Bearer ${secret}`)).not.toContain("s");
    }
  });

  test("the result of sanitizeText stays the same if it is sanitized again", () => {
    for (const text of [
      `Bearer ${uuid} x`,
      `token=${uuid}`,
      "a\u001b\u001b[0m[31m",
      `${"é ".repeat(400)}`,
      "/a?b https://c?d",
    ]) {
      const once = sanitizeText(text, [uuid]);
      expect(sanitizeText(once, [uuid])).toBe(once);
    }
  });

  // Each of these has a start at every few characters, from which an expression could read to the end.
  test.each([
    "?",
    "eyJ",
    "eyJ-",
    "xeyJ",
    "xeyJhbGciOiJIUzI1NiJ9.",
    "token",
    "token=",
    "bearer ",
    "Bearer a",
    "\u001b[",
    "\u001b[1",
    "\u001b]",
    "\u009b",
    " ",
    "=",
    "/",
    "/?",
    "://",
    'jid="',
    "\ud800",
  ])("sanitizeText reads 300,000 characters of %j in a time that grows with their number", part => {
    const text = part.repeat(Math.ceil(300_000 / part.length));
    // With the square of their number, it would take minutes.
    expect(sanitizeText(text, [uuid]).length).toBeLessThanOrEqual(500);
    expect(escapeInvisible(text).length).toBeGreaterThanOrEqual(text.length);
  });
});

test("toPlainLine removes hidden characters, and keeps the length and the credentials", () => {
  expect(toPlainLine(`a\u001b[1m\n${"x".repeat(600)} https://b?c=d`)).toBe(`a ${"x".repeat(600)} https://b?c=d`);
});

test("escapeInvisible escapes as JSON does, so that a JSON text keeps its value", () => {
  expect(escapeInvisible("a\u001b[31m\u202eb\u200b\u{e0041}\n\u2028\ud800 é👍")).toBe(
    "a\\u001b[31m\\u202eb\\u200b\\udb40\\udc41\\u000a\\u2028\\ud800 é👍",
  );
  const value = { "\u202e": ["\u009b", "\\\u200b", "\u{e0041}", "\u2029", "\ufeff"] };
  expect(JSON.parse(escapeInvisible(JSON.stringify(value)))).toEqual(value);
});
