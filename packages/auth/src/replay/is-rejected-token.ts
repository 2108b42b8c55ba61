import { streamOf } from "../http/foreign-fetch.js";
import { parseJsonObject } from "../http/json-object.js";
import { readLimitedText } from "../http/read-limited-text.js";

/** Error bodies are small. A longer body is something else. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Returns whether a response of the API rejects the access token (docs/qbench-api.md §3.4). A 401 does. QBench sends
 * 400 with the error type `AuthError`; version 1 sends 400 with `invalid_grant` or a description about the format of
 * the Authorization header. A 403 is about permissions, so a new token would not help. The body stays readable.
 */
export async function isRejectedToken(response: Response): Promise<boolean> {
  if (response.status === 401) return true;
  if (response.status !== 400 || response.bodyUsed || !response.clone) return false;
  if (!/\bjson\b/i.test(response.headers.get("Content-Type") ?? "")) return false;
  const { text, isComplete } = await readLimitedText(await streamOf(response.clone()), MAX_ERROR_BYTES);
  if (!isComplete) return false;
  const { error_type: type, error, error_description: description } = parseJsonObject(text) ?? {};
  return (
    type === "AuthError" ||
    error === "invalid_grant" ||
    (typeof description === "string" && /invalid authorization header format/i.test(description))
  );
}
