import { decodeJwt, jwtVerify, SignJWT } from "jose";
import { oauthError } from "../http/http-error.js";
import type { Stats } from "../http/stats.js";
import type { Random } from "../records/random.js";
import type { ApiClient } from "./api-clients.js";

/**
 * How long tokens are valid.
 *
 * @example
 * ```ts
 * const emulator = createEmulator({ tokens: { accessTokenSeconds: 60, refreshTokenSeconds: 3600 } });
 * ```
 */
export interface TokenLifetimes {
  /** The lifetime of access tokens in seconds. Default: 3600, as in docs/qbench-api.md §3.2. */
  accessTokenSeconds: number;
  /** The lifetime of refresh tokens in seconds. Default: 604 800, seven days, as in docs/qbench-api.md §3.3. */
  refreshTokenSeconds: number;
}

export interface AccessToken {
  value: string;
  clientId: string;
  issuedAt: number;
  expiresAt: number;
}

interface RefreshToken {
  clientId: string;
  expiresAt: number;
  used: boolean;
}

export interface IssuedTokens {
  accessToken: AccessToken;
  refreshToken: string;
  /** The JWT for the cookie `jid`. Its `jti` is the refresh token. */
  jid: string;
}

export interface Tokens {
  issue(client: ApiClient, now: number): Promise<IssuedTokens>;
  /** Uses up a refresh token and returns the id of its API client. `now` is in milliseconds. */
  redeem(refreshToken: string, jid: string | undefined, now: number): Promise<string>;
  /** Returns the details of an access token, or undefined if it is not valid. */
  check(accessToken: string, now: number): AccessToken | undefined;
  /** Revokes one access token, all of a client, or all. */
  revoke(which?: { accessToken?: string; clientId?: string }): void;
}

export function createTokens(lifetimes: TokenLifetimes, random: Random, stats: Stats): Tokens {
  const accessTokens = new Map<string, AccessToken>();
  const refreshTokens = new Map<string, RefreshToken>();
  const jidKey = new TextEncoder().encode(random.hex(64));

  return {
    async issue(client, now) {
      const accessToken: AccessToken = {
        value: random.uuid(),
        clientId: client.id,
        issuedAt: now,
        expiresAt: now + lifetimes.accessTokenSeconds * 1000,
      };
      accessTokens.set(accessToken.value, accessToken);
      const refreshToken = random.uuid();
      const expiresAt = now + lifetimes.refreshTokenSeconds * 1000;
      refreshTokens.set(refreshToken, { clientId: client.id, expiresAt, used: false });
      const jid = await new SignJWT({ sub: client.id, jti: refreshToken, exp: Math.floor(expiresAt / 1000) })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .sign(jidKey);
      return { accessToken, refreshToken, jid };
    },
    async redeem(refreshToken, jid, now) {
      const found = refreshTokens.get(refreshToken);
      if (!found) throw oauthError("invalid_grant", "The refresh token is not known.");
      // The id in the body and the JWT in the cookie belong together (docs/qbench-api.md §3.3).
      const claims = await jwtVerify(jid ?? "", jidKey, { currentDate: new Date(now) }).then(
        () => decodeJwt(jid ?? ""),
        () => undefined,
      );
      if (claims?.jti !== refreshToken)
        throw oauthError("invalid_grant", "The cookie jid does not go with the refresh token.");
      if (found.used) {
        stats.refreshReuses++;
        throw oauthError("invalid_grant", "The refresh token has been used.");
      }
      if (now >= found.expiresAt) throw oauthError("invalid_grant", "The refresh token has expired.");
      found.used = true;
      return found.clientId;
    },
    check(accessToken, now) {
      const found = accessTokens.get(accessToken);
      return found && now < found.expiresAt ? found : undefined;
    },
    revoke({ accessToken, clientId } = {}) {
      for (const token of [...accessTokens.values()]) {
        const chosen =
          accessToken !== undefined
            ? token.value === accessToken
            : clientId === undefined || token.clientId === clientId;
        if (chosen) accessTokens.delete(token.value);
      }
    },
  };
}
