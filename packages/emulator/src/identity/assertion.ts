import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from "jose";
import { oauthError } from "../http/http-error.js";
import type { ApiClient, ApiClients } from "./api-clients.js";
import { serverSide } from "./api-clients.js";

export const grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** The limits of an assertion's times, in seconds (docs/qbench-api.md §3.1). */
const MIN_LIFETIME = 300;
const MAX_LIFETIME = 3600;
const CLOCK_TOLERANCE = 300;

const keyOf = (client: ApiClient): Uint8Array => new TextEncoder().encode(client.secret);

const grantError = (description: string) => oauthError("invalid_grant", description);

/** Checks an assertion (docs/qbench-api.md §3.1) and returns the client that signed it. `now` is in milliseconds. */
export async function verifyAssertion(assertion: string, clients: ApiClients, now: number): Promise<ApiClient> {
  // The claims are in whole seconds, so that both ends of each limit are included.
  const seconds = Math.floor(now / 1000);
  const parsed = parse(assertion);
  if (!parsed) throw grantError("The assertion is not a compact JWT.");
  const { header, claims } = parsed;
  if (header.alg !== "HS256" || header.typ !== "JWT" || Object.keys(header).length !== 2) {
    throw grantError("The assertion's header must be alg HS256 and typ JWT.");
  }
  const client = clients.get(typeof claims.sub === "string" ? claims.sub : "");
  if (!client) throw oauthError("invalid_client", "The assertion's sub is not an API client.");
  if (client.type !== serverSide)
    throw oauthError("unauthorized_client", "This type of API client cannot use assertions.");
  try {
    // jose rejects an assertion in the second of its `exp`, where this server still accepts it.
    const currentDate = new Date((seconds - 1) * 1000);
    await jwtVerify(assertion, keyOf(client), { algorithms: ["HS256"], currentDate });
  } catch (error) {
    throw grantError(
      Object(error).name === "JWTExpired" ? "The assertion has expired." : "The assertion's signature is not valid.",
    );
  }
  const { iat, exp } = claims;
  if (typeof iat !== "number" || typeof exp !== "number") throw grantError("The assertion needs iat and exp.");
  if (exp - iat < MIN_LIFETIME || exp - iat > MAX_LIFETIME) {
    throw grantError("The assertion's exp must be 5 minutes to 1 hour after iat.");
  }
  if (Math.abs(iat - seconds) > CLOCK_TOLERANCE)
    throw grantError("The assertion's iat is not within 5 minutes of now.");
  return client;
}

function parse(assertion: string) {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    return undefined;
  }
}

/** Signs the assertion that the docs page is filled with (docs/qbench-api.md §1). */
export function signAssertion(client: ApiClient, now: number): Promise<string> {
  const issued = Math.floor(now / 1000);
  return new SignJWT({ sub: client.id, iat: issued, exp: issued + 600 })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(keyOf(client));
}
