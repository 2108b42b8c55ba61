import type { AuthSettings } from "./auth-options.js";

/** How the request for a token is written. */
export type TokenEncoding = "urlencoded" | "multipart";

/** The request that exchanges an assertion for an access token (vendor guide rule 7, RFC 7523 section 2.1). */
export function buildTokenRequest(
  { tokenUrl, tokenEncoding }: Pick<AuthSettings, "tokenUrl" | "tokenEncoding">,
  assertion: string,
  signal: AbortSignal,
): Request {
  const form = tokenEncoding === "multipart" ? new FormData() : new URLSearchParams();
  form.append("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
  form.append("assertion", assertion);
  return new Request(tokenUrl, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: form,
    // fetch would post the assertion again to wherever a 307 or 308 points. Not "error", which workerd does not know, and
    // which cannot be told from a broken connection.
    redirect: "manual",
    signal,
  });
}
