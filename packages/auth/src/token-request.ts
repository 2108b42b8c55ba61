import type { AuthSettings } from "./auth-options.js";

/** The request that exchanges an assertion for an access token (vendor guide rule 7, RFC 7523 section 2.1). */
export function buildTokenRequest(
  { tokenUrl, tokenEncoding }: Pick<AuthSettings, "tokenUrl" | "tokenEncoding">,
  assertion: string,
  signal: AbortSignal,
): Request {
  const fields = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion };
  return new Request(tokenUrl, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: tokenEncoding === "multipart" ? toFormData(fields) : new URLSearchParams(fields),
    // fetch would send the assertion again to wherever a 307 or 308 points.
    redirect: "manual",
    signal,
    signal,
  });
}

function toFormData(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}
