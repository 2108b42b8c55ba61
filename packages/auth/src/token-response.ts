import { readBoundedText } from "./bounded-text.js";
import { QBenchAuthError, type QBenchAuthErrorCode } from "./errors.js";
import { parseJsonObject } from "./json-object.js";
import { readRetryAfter } from "./retry-after.js";
import { BASE_URL, CLIENT_ID, CLIENT_SECRET } from "./setting-names.js";
import type { TokenSet } from "./token-set.js";

/** A token answer is a few hundred bytes; a page that stands in its place can be any size. */
const longestAnswer = 64 * 1024;

const advice: Partial<Record<QBenchAuthErrorCode, string>> = {
  invalid_request: "the request was not understood: check tokenPath and tokenEncoding",
  invalid_client: `${CLIENT_ID} is not an API client of this tenant, or clientSecret is not its secret`,
  invalid_grant: `${CLIENT_SECRET} is not the secret of ${CLIENT_ID}, or this machine's clock is wrong`,
  unauthorized_client: `${CLIENT_ID} must be of the type Server-Side Web Application`,
  unsupported_grant_type: "tokenPath is not an endpoint that takes assertions",
  invalid_scope: "the API client's scopes were refused: see its Scopes tab in QBench",
};

const isKnownCode = (code: unknown): code is keyof typeof advice =>
  typeof code === "string" && Object.hasOwn(advice, code);

/** How far this machine's clock is from the server's, when it is too far for an assertion (vendor guide rule 5). */
function clockAdvice(response: Response, now: number): string {
  const server = Date.parse(response.headers.get("Date") ?? "");
  const seconds = Math.round((now - server) / 1000);
  if (Number.isNaN(server) || Math.abs(seconds) < 270) return "";
  return `; this machine's clock is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} the server's, 300 s are allowed`;
}

/**
 * Judges the answer of the token endpoint.
 *
 * @param sentAt when the request was sent, in milliseconds since the epoch: the token's life is counted from then
 * @throws QBenchAuthError for everything that is not a usable token
 */
export async function readTokenResponse(response: Response, sentAt: number, tokenUrl: string): Promise<TokenSet> {
  const { status } = response;
  const refuse = (code: QBenchAuthErrorCode, message: string, retryAfterMs?: number): never => {
    throw new QBenchAuthError(code, `No access token from ${tokenUrl}: ${message}`, {
      status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  };
  if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    return refuse("redirect", `it redirects elsewhere; check ${BASE_URL}`);
  }
  const body = parseJsonObject((await readBoundedText(response.body, longestAnswer)) ?? "");

  // One client guards against an error with status 200 (facts 3.3).
  const error = body?.error;
  if (status !== 429 && status < 500 && isKnownCode(error)) {
    const clock = error === "invalid_grant" ? clockAdvice(response, sentAt) : "";
    return refuse(error, `${error}: ${advice[error]}${clock}`);
  }
  if (status === 429) {
    return refuse("rate_limited", "too many requests (429); try again later", readRetryAfter(response.headers, sentAt));
  }
  if (status >= 500) return refuse("server_error", `it failed (${status})`, readRetryAfter(response.headers, sentAt));
  if (status === 404) return refuse("refused", `there is none (404); check ${BASE_URL} and tokenPath`);
  if (!response.ok || error !== undefined) {
    return refuse("refused", `it refused (${status}); check ${CLIENT_ID} and ${CLIENT_SECRET}`);
  }
  if (!body) {
    return refuse("malformed_response", `its answer is not a JSON object; check that ${BASE_URL} is a QBench tenant`);
  }
  const { access_token: accessToken, token_type: tokenType, expires_in: expiresIn, refresh_token: refreshToken } = body;
  // Visible ASCII only: anything else would break the Authorization header, or write another one.
  if (typeof accessToken !== "string" || !/^[\x21-\x7e]+$/.test(accessToken)) {
    return refuse("malformed_response", "its answer has no usable access_token");
  }
  if (typeof tokenType !== "string" || tokenType.toLowerCase() !== "bearer") {
    return refuse("malformed_response", "its answer's token_type is not Bearer");
  }
  if (typeof expiresIn !== "number" || !(expiresIn > 0)) {
    return refuse("malformed_response", "its answer has no expires_in above 0");
  }
  return {
    accessToken,
    tokenType,
    expiresAt: sentAt + expiresIn * 1000,
    ...(typeof refreshToken === "string" && refreshToken !== "" && { refreshToken }),
  };
}
