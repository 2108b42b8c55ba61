import { readBoundedText } from "./bounded-text.js";
import { QBenchAuthError, type QBenchAuthErrorCode } from "./errors.js";
import { parseJsonObject } from "./json-object.js";
import { readRetryAfter } from "./retry-after.js";
import { API_CLIENTS_PAGE, BASE_URL, CLIENT_ID, CLIENT_SECRET } from "./setting-names.js";
import type { TokenSet } from "./token-set.js";

/** A token answer is a few hundred bytes; a page that stands in its place can be any size. */
const longestAnswer = 64 * 1024;

// RFC 6750 section 2.1. Anything else would break the Authorization header, or write another one.
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/;

/** The request that an answer belongs to. */
interface Exchange {
  tokenUrl: string;
  /** When it was sent, in milliseconds since the epoch: the token's life cannot have begun earlier. */
  sentAt: number;
}

/**
 * Judges the answer of the token endpoint (vendor guide rule 8).
 *
 * @throws {QBenchAuthError} for everything that is not a usable token; what the body throws when its connection breaks
 */
export async function readTokenResponse(response: Response, exchange: Exchange): Promise<TokenSet> {
  const { status } = response;
  // Browsers show a redirect that is not followed as "opaqueredirect" with status 0. `redirected` means that the fetch in
  // use followed it all the same, and then the answer is a stranger's.
  if (response.type === "opaqueredirect" || response.redirected || (status >= 300 && status < 400)) {
    response.body?.cancel().catch(() => {});
    throw new QBenchAuthError(
      "redirect",
      `${BASE_URL}: ${exchange.tokenUrl} redirects, which is never followed; give the tenant's final address`,
      { status },
    );
  }
  const text = await readBoundedText(response.body, longestAnswer);
  const body = text === undefined ? undefined : parseJsonObject(text);
  // An error with status 200 has been met (facts 3.3).
  if (!response.ok || body?.error !== undefined) throw refusal(response, body?.error, exchange);
  return readTokenSet(body, status, exchange);
}

// QBench adds a stray key, `qb` and hex digits, to some answers (facts 6.4): fields are picked by name.
function readTokenSet(
  body: Readonly<Record<string, unknown>> | undefined,
  status: number,
  exchange: Exchange,
): TokenSet {
  const malformed = (problem: string) =>
    new QBenchAuthError("malformed_response", `${BASE_URL}: the answer of ${exchange.tokenUrl} ${problem}`, { status });

  if (body === undefined) throw malformed("is not a JSON object; is this the address of a QBench tenant?");
  const { access_token: accessToken, token_type: tokenType, expires_in: expiresIn, refresh_token: refreshToken } = body;
  if (typeof accessToken !== "string" || !bearerToken.test(accessToken)) throw malformed("has no usable access_token");
  // A type that is not understood must not be used (RFC 6749 section 7.1); its case does not matter (section 5.1).
  if (typeof tokenType !== "string" || tokenType.toLowerCase() !== "bearer") throw malformed("is not of type Bearer");
  if (typeof expiresIn !== "number" || !(expiresIn > 0)) throw malformed("has no expires_in above 0");
  return {
    accessToken,
    tokenType: "Bearer",
    expiresAt: exchange.sentAt + expiresIn * 1000,
    ...(typeof refreshToken === "string" && refreshToken !== "" && { refreshToken }),
  };
}

// What to look at, by code. The server's own description stays out of messages: it can repeat what was sent.
const advice = {
  invalid_request: "tokenPath, tokenEncoding: the request was not understood",
  invalid_client: `${CLIENT_ID}, ${CLIENT_SECRET}: not accepted, see ${API_CLIENTS_PAGE}`,
  invalid_grant: `${CLIENT_SECRET}: the assertion was not accepted; check id and secret, see ${API_CLIENTS_PAGE}`,
  unauthorized_client: `${CLIENT_ID}: the client's Type must allow assertions, see ${API_CLIENTS_PAGE}`,
  unsupported_grant_type: "tokenPath: this endpoint does not take assertions",
  invalid_scope: `${CLIENT_ID}: the client's scopes were refused, see ${API_CLIENTS_PAGE}`,
  rate_limited: `${CLIENT_ID}: too many requests`,
  server_error: `${BASE_URL}: the token endpoint failed`,
  refused: `${BASE_URL}, tokenPath, ${CLIENT_ID}, ${CLIENT_SECRET}: refused, see ${API_CLIENTS_PAGE}`,
} as const satisfies Partial<Record<QBenchAuthErrorCode, string>>;

function refusal(response: Response, error: unknown, { tokenUrl, sentAt }: Exchange): QBenchAuthError {
  const { status, headers } = response;
  const code = refusalCode(status, error);
  const clock = code === "invalid_grant" ? clockAdvice(headers, sentAt) : "";
  return new QBenchAuthError(code, `${advice[code]}${clock} (status ${status} from ${tokenUrl})`, {
    status,
    retryAfterMs: readRetryAfter(headers, sentAt),
  });
}

function refusalCode(status: number, error: unknown): keyof typeof advice {
  if (status === 429) return "rate_limited";
  if (status >= 500) return "server_error";
  switch (error) {
    case "invalid_request":
    case "invalid_client":
    case "invalid_grant":
    case "unauthorized_client":
    case "unsupported_grant_type":
    case "invalid_scope":
      return error;
    default:
      return status === 401 ? "invalid_client" : "refused";
  }
}

/** How far this machine's clock is from the server's, where that is too far for an assertion (vendor guide rule 5). */
function clockAdvice(headers: Headers, now: number): string {
  const seconds = Math.round((now - Date.parse(headers.get("Date") ?? "")) / 1000);
  if (Number.isNaN(seconds) || Math.abs(seconds) < 270) return "";
  return `; this machine's clock is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} the server's, 300 s are allowed`;
}
