import { isObject, type Json, type JsonObject, mapItems } from "../model/json.ts";
import type { StepResult } from "./finding.ts";

/** Matches a compact JWT, signed (RFC 7515) or encrypted (RFC 7516). It does not match inside a longer word. */
const compact = /(?<![\w.-])[\w-]{10,}(?:\.[\w-]*){2,4}/g;

const withoutTokens = (text: string): string =>
  text.replaceAll(compact, token => (isHeader(token.split(".")[0] ?? "") ? removed : token));

/** Returns true for the first part of a JWT: base64url of a JSON object that has `alg`. */
function isHeader(part: string): boolean {
  const header = Buffer.from(part, "base64url").toString();
  return header.trimStart().startsWith("{") && header.includes('"alg"');
}

/** Shorter secrets are removed only as whole values, because they could be part of any word. */
const MIN_LENGTH_IN_TEXT = 8;

const exampleKeys = new Set(["example", "examples", "default", "value", "const"]);

const removed = "[removed]";

/** Removes every JWT, because the docs page contains a valid one, and every secret of this run. */
export function stripSecrets(document: JsonObject, secrets: readonly string[]): StepResult {
  let count = 0;
  const inText = secrets
    .filter(secret => secret.length >= MIN_LENGTH_IN_TEXT)
    .flatMap(secret => [...new Set([secret, encodeURIComponent(secret)])])
    .toSorted((a, b) => b.length - a.length);

  const clean = (text: string): string => {
    const cleaned = inText.reduce((rest, secret) => rest.replaceAll(secret, removed), withoutTokens(text));
    const result = secrets.includes(text.trim()) ? removed : cleaned;
    if (result !== text) count++;
    return result;
  };

  const strip = (value: Json, isExample: boolean): Json => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return mapItems(value, item => strip(item, isExample));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, child]): [string, Json][] => {
        const inExample = isExample || exampleKeys.has(key) || key.startsWith("x-");
        const stripped = strip(child, inExample);
        // An example that was only a secret is dropped.
        const isEmpty = inExample && stripped !== child && (stripped === removed || stripped === `Bearer ${removed}`);
        return isEmpty ? [] : [[clean(key), stripped]];
      }),
    );
  };

  const result = strip(document, false);
  return { document: isObject(result) ? result : document, findings: [{ what: "secrets removed", count }] };
}
