import { parseJsonObject } from "../http/json-object.js";
import { readLimitedText } from "../http/read-limited-text.js";

/** An error envelope is small; a longer body is none. */
const longestError = 64 * 1024;

/**
 * Does this answer of the API say that the access token is dead? 401 does. QBench itself answers 400 with the error type
 * `AuthError` (facts 3.3); older versions `invalid_grant`, or a word on the Authorization header's format. 403 is about
 * permission: a new token would be refused as well. The answer's body stays readable.
 */
export async function isRejectedToken(response: Response): Promise<boolean> {
  if (response.status === 401) return true;
  if (response.status !== 400 || response.bodyUsed) return false;
  if (!/\bjson\b/i.test(response.headers.get("Content-Type") ?? "")) return false;
  const { text, isComplete } = await readLimitedText(response.clone().body, longestError);
  if (!isComplete) return false;
  const { error_type: type, error, error_description: description } = parseJsonObject(text) ?? {};
  return (
    type === "AuthError" ||
    error === "invalid_grant" ||
    (typeof description === "string" && /invalid authorization header format/i.test(description))
  );
}
