import { SignJWT } from "jose/jwt/sign";
import { QBenchAuthError } from "../errors/auth-error.js";
import { type Credentials, checkCredentials } from "./credentials.js";

export interface AssertionOptions extends Credentials {
  /** The API client's id: the claim `sub`. */
  clientId: string;
  /** The API client's secret: the key of the signature. It must not leave the server (vendor guide rule 3). */
  clientSecret: string;
  /** From `iat` to `exp`, in seconds, a whole number from 300 to 3600 (vendor guide rule 5); default 600. */
  lifetimeSeconds?: number | undefined;
  /** The time of issue, in milliseconds since the epoch; default now. */
  now?: number | undefined;
}

/**
 * Signs the assertion that is exchanged for an access token: a JWT by HMAC-SHA256 with the claims `sub`, `iat` and `exp`
 * (vendor guide rules 4 to 6, RFC 7523).
 *
 * @throws {QBenchAuthError} `invalid_option`
 */
export async function signAssertion(options: AssertionOptions): Promise<string> {
  // Ten minutes: clear of both of QBench's bounds, which fail as soon as two clocks or their rounding differ, and short,
  // because an assertion is used at once.
  const { lifetimeSeconds = 600, now = Date.now() } = options;
  const { clientId, clientSecret } = checkCredentials(options);
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 300 || lifetimeSeconds > 3600) {
    throw new QBenchAuthError("invalid_option", "lifetimeSeconds: must be a whole number from 300 to 3600");
  }
  if (!Number.isFinite(now)) {
    throw new QBenchAuthError("invalid_option", "now: must be a time in milliseconds since the epoch");
  }
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({ sub: clientId, iat: issuedAt, exp: issuedAt + lifetimeSeconds })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(clientSecret));
}
