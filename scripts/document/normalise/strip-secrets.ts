import { isObject, type Json, type JsonObject, mapItems, mapValues } from "../model/json.ts";
import type { StepResult } from "./finding.ts";

/** Matches a compact JWT, signed (RFC 7515) or encrypted (RFC 7516). It does not match inside a longer word. */
const compact = /(?<![\w.-])[\w-]{10,}(?:\.[\w-]*){2,4}/g;

const withoutTokens = (text: string): string =>
  !text.includes(".")
    ? text
    : text.replaceAll(compact, token => (isHeader(token.split(".")[0] ?? "") ? removed : token));

/** Returns true for the first part of a JWT: base64url of a JSON object that has `alg`. */
function isHeader(part: string): boolean {
  const header = Buffer.from(part, "base64url").toString();
  return header.trimStart().startsWith("{") && header.includes('"alg"');
}

/** Shorter secrets are removed only as whole values, because they could be part of any word. */
const MIN_LENGTH_IN_TEXT = 8;

/** Matches base64 and base64url, also if the text is encoded for an address: `+`, `/` and `=` are `%2B` and so on. */
const base64 = /(?:[\w+/-]|%2[bf])+(?:=|%3d)*/gi;
const hex = /[0-9a-f]+/gi;

const exampleKeys = new Set(["example", "examples", "default", "value", "const"]);

const removed = "[removed]";

/** Removes every JWT, because the docs page contains a valid one, and every secret of this run. */
export function stripSecrets(document: JsonObject, secrets: readonly string[]): StepResult {
  let count = 0;
  const withoutSecrets = secretRemover(secrets);
  const clean = (text: string): string => {
    const result = withoutSecrets(withoutTokens(text));
    if (result !== text) count++;
    return result;
  };
  const isExampleKey = (key: string): boolean => exampleKeys.has(key) || key.startsWith("x-");

  const strip = (value: Json, isExample: boolean): Json => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return mapItems(value, item => strip(item, isExample));
    if (!isObject(value)) return value;
    const stripped = mapValues(value, (child, key) => strip(child, isExample || isExampleKey(key)));
    const keys = Object.keys(value);
    const names = keys.map(clean);
    if (stripped === value && keys.every((key, index) => key === names[index])) return value;
    const entries = Object.entries(stripped).flatMap(([key, child], index): [string, Json][] => {
      // An example that was only a secret is dropped.
      const isEmpty =
        (isExample || isExampleKey(key)) && child !== value[key] && typeof child === "string" && isEmptied.test(child);
      return isEmpty ? [] : [[names[index] ?? key, child]];
    });
    return Object.fromEntries(entries);
  };

  const result = strip(document, false);
  return { document: isObject(result) ? result : document, findings: [{ what: "secrets removed", count }] };
}

const isEmptied = /^((Bearer|Basic) )?\[removed\]$/i;

/**
 * Returns a function that removes secrets from a text, in any letter case: as they are, escaped, and inside of hex or
 * base64. So it also removes the credentials of a Basic header, which contain the secret.
 */
function secretRemover(secrets: readonly string[]): (text: string) => string {
  const whole = new Set(secrets.map(lower));
  const inText = [...whole].filter(secret => secret.length >= MIN_LENGTH_IN_TEXT);
  const patterns = inText
    .toSorted((a, b) => b.length - a.length)
    .map(secret => new RegExp([...secret].map(toPattern).join(""), "giu"));
  // Base64 needs four characters for three bytes, and hex needs more.
  const shortest = Math.ceil((Math.min(...inText.map(secret => secret.length)) * 4) / 3);
  const hides = (decoded: readonly Buffer[]): boolean =>
    decoded.some(bytes => {
      const text = bytes.toString();
      return patterns.some(pattern => text.search(pattern) !== -1);
    });
  const decode = (token: string): string =>
    token.length >= shortest && hides([...decodeBase64(token), ...decodeHex(token)]) ? removed : token;
  return text => {
    if (whole.size === 0) return text;
    if (whole.has(lower(text.trim()))) return removed;
    if (inText.length === 0) return text;
    const plain = patterns.reduce((rest, pattern) => rest.replaceAll(pattern, removed), text);
    return plain.replaceAll(hex, decode).replaceAll(base64, decode);
  };
}

/** Matches a character as it is, after a backslash as in JSON, or encoded for an address: `/`, `\/` and `%2F`. */
function toPattern(character: string): string {
  const encoded = [...Buffer.from(character)].map(byte => `%${byte.toString(16).padStart(2, "0")}`).join("");
  return `\\\\?(?:\\u{${character.codePointAt(0)?.toString(16)}}|${encoded})`;
}

const lower = (text: string): string => text.toLowerCase();

/** Decodes base64 from each of its first four characters: the text before it, such as a path, can look like base64. */
function decodeBase64(token: string): Buffer[] {
  const plain = token.replaceAll(/%2b/gi, "+").replaceAll(/%2f/gi, "/").replaceAll(/%3d/gi, "=");
  return [0, 1, 2, 3].map(start => Buffer.from(plain.slice(start), "base64"));
}

const decodeHex = (token: string): Buffer[] =>
  /^[0-9a-f]+$/i.test(token) ? [0, 1].map(start => Buffer.from(token.slice(start), "hex")) : [];
