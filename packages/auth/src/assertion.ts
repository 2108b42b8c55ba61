import { SignJWT } from "jose";
import { QBenchAuthError } from "./errors.js";

export interface AssertionOptions {
  clientId: string;
  clientSecret: string;
  /** From `iat` to `exp`, in seconds, 300 to 3600 (vendor guide rule 5); default 600. */
  lifetimeSeconds?: number;
  /** The time of issue, in milliseconds since the epoch; default now. */
  now?: number;
}

/**
 * Signs the assertion that is exchanged for an access token: a JWT by HMAC-SHA256 with the claims `sub`, `iat` and `exp`
 * (vendor guide rules 4 to 6, RFC 7523).
 *
 * @throws QBenchAuthError `invalid_option` when the lifetime is not one that QBench accepts
 */
export async function signAssertion(options: AssertionOptions): Promise<string> {
  // Ten minutes: clear of both of QBench's bounds, whatever its clock makes of the difference.
  const { clientId, clientSecret, lifetimeSeconds = 600, now = Date.now() } = options;
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 300 || lifetimeSeconds > 3600) {
    throw new QBenchAuthError("invalid_option", "lifetimeSeconds must be a whole number from 300 to 3600");
  }
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({ sub: clientId, iat: issuedAt, exp: issuedAt + lifetimeSeconds })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(clientSecret));
}
