import type { AuthSettings } from "../options/auth-options.js";
import type { TokenSet } from "../store/token-set.js";

type RequestSettings = Pick<AuthSettings, "tokenUrl" | "tokenEncoding" | "browserKeepsCookies">;

/**
 * Builds the request that exchanges an assertion for an access token (docs/qbench-api.md §3.2, RFC 7523 section 2.1).
 */
export function buildTokenRequest(settings: RequestSettings, assertion: string, signal: AbortSignal): Request {
  const form = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion };
  return post(settings.tokenUrl, settings, form, {}, signal);
}

/** Builds the request that exchanges a refresh token for the next pair (docs/qbench-api.md §3.3). */
export function buildRefreshRequest(
  settings: RequestSettings,
  { refreshToken = "", refreshCookie }: TokenSet,
  signal: AbortSignal,
): Request {
  const cookie = refreshCookie === undefined ? {} : { Cookie: `jid=${refreshCookie}` };
  return post(`${settings.tokenUrl}/refresh`, settings, { refresh_token_id: refreshToken }, cookie, signal);
}

function post(
  url: string,
  { tokenEncoding, browserKeepsCookies }: RequestSettings,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Request {
  const body = tokenEncoding === "multipart" ? new FormData() : new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return new Request(url, {
    method: "POST",
    headers: { Accept: "application/json", ...headers },
    body,
    // fetch would post the form again to the target of a 307 or 308. "error" does not help: workerd does not know it,
    // and its failure looks like a broken connection.
    redirect: "manual",
    // Set only if a browser keeps the cookie, because workerd does not know this option.
    ...(browserKeepsCookies && { credentials: "include" }),
    signal,
  });
}
