import { parseSetCookie } from "set-cookie-parser";
import type { TokenSet } from "../store/token-set.js";

/** Seven days (vendor guide rule 11). */
const REFRESH_LIFE_MS = 7 * 24 * 3_600_000;

type RefreshPair = Pick<TokenSet, "refreshToken" | "refreshCookie" | "refreshExpiresAt">;

/**
 * The refresh token of a token answer and the cookie `jid` that goes with it (vendor guide rule 8). Both or nothing: half
 * a pair cannot renew, and the pair before it is spent. In a browser the cookie is the browser's, and the half is whole.
 *
 * @param issuedAt in epoch milliseconds
 */
export function readRefreshPair(
  refreshToken: unknown,
  headers: Headers,
  issuedAt: number,
  cookiesAreKept: boolean,
): RefreshPair {
  if (typeof refreshToken !== "string" || refreshToken === "") return {};
  const longest = issuedAt + REFRESH_LIFE_MS;
  if (cookiesAreKept) return { refreshToken, refreshExpiresAt: longest };

  // Each cookie has a line of its own here; a joined header could not be cut at commas, which dates have as well.
  const cookie = parseSetCookie(headers.getSetCookie(), { decodeValues: false, silent: true }).find(
    ({ name }) => name === "jid",
  );
  if (!cookie || !cookieValue.test(cookie.value)) return {};
  const ends = cookie.maxAge !== undefined ? issuedAt + cookie.maxAge * 1000 : (cookie.expires?.getTime() ?? longest);
  return { refreshToken, refreshCookie: cookie.value, refreshExpiresAt: Math.min(ends, longest) };
}

// RFC 6265 section 4.1.1. Anything else would end the Cookie header, or add a cookie to it.
const cookieValue = /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+$/;

/** Can this set be renewed without an assertion? */
export function isRefreshable(tokens: TokenSet, now: number, cookiesAreKept: boolean): boolean {
  return (
    tokens.refreshToken !== undefined &&
    (cookiesAreKept || tokens.refreshCookie !== undefined) &&
    now < (tokens.refreshExpiresAt ?? now)
  );
}
