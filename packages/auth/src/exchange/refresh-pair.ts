import type { TokenSet } from "../store/token-set.js";

/** Seven days (docs/qbench-api.md §3.3). */
const MAX_REFRESH_LIFE_MS = 7 * 24 * 3_600_000;

type RefreshPair = Pick<TokenSet, "refreshToken" | "refreshCookie" | "refreshExpiresAt">;

/**
 * Reads the refresh token of a token response and the cookie `jid` that belongs to it (docs/qbench-api.md §3.3).
 * Returns both or neither: one of them alone cannot renew, and the previous pair is used up. In a browser, the browser
 * keeps the cookie, so the refresh token alone is enough.
 *
 * @param issuedAt in epoch milliseconds
 */
export function readRefreshPair(
  refreshToken: unknown,
  headers: Headers,
  issuedAt: number,
  browserKeepsCookies: boolean,
): RefreshPair {
  if (typeof refreshToken !== "string" || refreshToken === "") return {};
  const latestEnd = issuedAt + MAX_REFRESH_LIFE_MS;
  if (browserKeepsCookies) return { refreshToken, refreshExpiresAt: latestEnd };

  // `getSetCookie` keeps cookies apart. A joined header could not be split at commas, which dates contain as well. Of
  // two cookies with one name, the later one counts (RFC 6265 section 5.3). Other implementations lack the method.
  const line = headers.getSetCookie?.().findLast(each => /^\s*jid\s*=/.test(each)) ?? "";
  const [cookie = "", ...attributes] = line.split(";");
  const [, refreshCookie] = readPair(cookie);
  if (!cookieValue.test(refreshCookie)) return {};
  const attribute = new Map(attributes.map(readPair));
  const maxAge = attribute.get("max-age") ?? "";
  const end = /^-?\d+$/.test(maxAge) ? issuedAt + Number(maxAge) * 1000 : Date.parse(attribute.get("expires") ?? "");
  return { refreshToken, refreshCookie, refreshExpiresAt: Number.isNaN(end) ? latestEnd : Math.min(end, latestEnd) };
}

// RFC 6265 section 4.1.1. Any other character would end the Cookie header or add a cookie to it. Quotation marks around
// a value belong to it.
const cookieValue = /^("?)[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+\1$/;

/** Returns the name of a cookie or of an attribute, in lower case, and its value (RFC 6265 section 5.2). */
function readPair(text: string): [name: string, value: string] {
  const [name = "", ...value] = text.split("=");
  return [name.trim().toLowerCase(), value.join("=").trim()];
}

/** Returns whether this set can be renewed without an assertion. */
export function isRefreshable(tokens: TokenSet, now: number, browserKeepsCookies: boolean): boolean {
  return (
    tokens.refreshToken !== undefined &&
    (browserKeepsCookies || tokens.refreshCookie !== undefined) &&
    now < (tokens.refreshExpiresAt ?? now)
  );
}
