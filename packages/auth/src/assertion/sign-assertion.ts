import { assertOption } from "../errors/assert-option.js";
import { QBenchAuthError } from "../errors/auth-error.js";
import { errorReason } from "../errors/error-reason.js";
import { checkClientId, checkClientSecret } from "./credentials.js";

/** Options of `signAssertion`. */
export interface AssertionOptions {
  /** The id of the API client, for the claim `sub`. */
  clientId: string;
  /** The secret of the API client, the key of the signature. It must not leave the server (docs/qbench-api.md §2). */
  clientSecret: string;
  /** Seconds from `iat` to `exp`, a whole number from 300 to 3600 (docs/qbench-api.md §3.1); default 600. */
  lifetimeSeconds?: number | undefined;
  /** The time of issue in milliseconds since the epoch; default the current time. */
  now?: number | undefined;
}

/**
 * Signs an assertion, which can be exchanged for an access token. It is a JWT with the claims `sub`, `iat` and `exp`,
 * signed by HMAC-SHA256 (docs/qbench-api.md §3.1).
 *
 * @example A server that signs assertions for its own pages:
 * ```ts
 * const assertion = await signAssertion({ clientId, clientSecret });
 * ```
 * @throws {QBenchAuthError} `invalid_option` if an option is missing or invalid, `assertion_failed` if the package jose
 *   is missing, which signs, or if it fails
 */
export async function signAssertion(options: AssertionOptions): Promise<string> {
  // Ten minutes keep clear of both of QBench's bounds, at which a difference between clocks or their rounding would
  // matter. Longer is not needed, because an assertion is used immediately.
  const { lifetimeSeconds = 600, now = Date.now() } = options;
  const clientId = checkClientId(options.clientId);
  const clientSecret = checkClientSecret(options.clientSecret);
  assertOption(
    Number.isInteger(lifetimeSeconds) && lifetimeSeconds >= 300 && lifetimeSeconds <= 3600,
    "lifetimeSeconds: must be a whole number from 300 to 3600",
  );
  assertOption(Number.isFinite(now), "now: must be a number of milliseconds since the epoch");
  const issuedAt = Math.floor(now / 1000);
  // Loaded with the first assertion, because a process with a stored token needs none.
  const { SignJWT } = await import("jose/jwt/sign").catch(error => {
    throw new QBenchAuthError("assertion_failed", `jose: the package could not be loaded (${errorReason(error)})`);
  });
  return new SignJWT({ sub: clientId, iat: issuedAt, exp: issuedAt + lifetimeSeconds })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(clientSecret))
    .catch(error => {
      throw new QBenchAuthError("assertion_failed", `jose: the assertion could not be signed (${errorReason(error)})`);
    });
}
