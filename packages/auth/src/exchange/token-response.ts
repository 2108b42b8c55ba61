import { QBenchAuthError, type QBenchAuthErrorCode } from "../errors/auth-error.js";
import { API_CLIENTS_PAGE, BASE_URL, CLIENT_ID, CLIENT_SECRET } from "../errors/setting-names.js";
import { parseJsonObject } from "../http/json-object.js";
import { readLimitedText } from "../http/read-limited-text.js";
import { readRetryAfter } from "../http/retry-after.js";
import type { AuthSettings } from "../options/auth-options.js";
import type { TokenSet } from "../store/token-set.js";
import { isBearerToken } from "../store/token-set.js";
import { readRefreshPair } from "./refresh-pair.js";

/** A token answer is a few hundred bytes; a page that stands in its place can be any size. */
const longestAnswer = 64 * 1024;

/** The request that an answer belongs to. */
interface Sent {
  url: string;
  /** When it was sent, in milliseconds since the epoch: the token's life cannot have begun earlier. */
  sentAt: number;
}

/**
 * Judges the answer of the token endpoint (vendor guide rule 8).
 *
 * @throws {QBenchAuthError} for everything that is not a usable token; what the body throws when its connection breaks
 */
export async function readTokenResponse(
  response: Response,
  settings: Pick<AuthSettings, "renewal" | "cookiesAreKept">,
  sent: Sent,
): Promise<TokenSet> {
  const { status } = response;
  // Browsers show a redirect that is not followed as "opaqueredirect" with status 0. `redirected` means that the fetch in
  // use followed it all the same, and then the answer is a stranger's.
  if (response.type === "opaqueredirect" || response.redirected || (status >= 300 && status < 400)) {
    response.body?.cancel().catch(() => {});
    throw new QBenchAuthError(
      "unexpected_redirect",
      `${BASE_URL}: ${sent.url} redirects, which is never followed; give the tenant's final address`,
      { status },
    );
  }
  const { text, isComplete, error } = await readLimitedText(response.body, longestAnswer);
  if (error !== undefined) throw error;
  const body = isComplete ? parseJsonObject(text) : undefined;
  // An error with status 200 has been met (facts 3.3).
  if (!response.ok || body?.error !== undefined) throw refusal(response, body, sent);
  const tokens = readTokenSet(body, status, sent);
  // Nothing is kept that isn't going to be used.
  if (settings.renewal !== "refresh-token") return tokens;
  const pair = readRefreshPair(body?.refresh_token, response.headers, sent.sentAt, settings.cookiesAreKept);
  return { ...tokens, ...pair };
}

// QBench adds a stray key, `qb` and hex digits, to some answers (facts 6.4): fields are picked by name.
function readTokenSet(body: Readonly<Record<string, unknown>> | undefined, status: number, sent: Sent): TokenSet {
  const malformed = (problem: string) =>
    new QBenchAuthError("malformed_response", `${BASE_URL}: the answer of ${sent.url} ${problem}`, { status });

  if (body === undefined) throw malformed("is not a JSON object; is this the address of a QBench tenant?");
  const { access_token: accessToken, token_type: tokenType, expires_in: expiresIn } = body;
  if (!isBearerToken(accessToken)) throw malformed("has no usable access_token");
  // A type that is not understood must not be used (RFC 6749 section 7.1); its case does not matter (section 5.1).
  if (typeof tokenType !== "string" || tokenType.toLowerCase() !== "bearer") throw malformed("is not of type Bearer");
  if (typeof expiresIn !== "number" || !(expiresIn > 0)) throw malformed("has no expires_in above 0");
  return {
    accessToken,
    tokenType: "Bearer",
    issuedAt: sent.sentAt,
    expiresAt: sent.sentAt + expiresIn * 1000,
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
  rejected_by_server: `${BASE_URL}, tokenPath, ${CLIENT_ID}, ${CLIENT_SECRET}: refused, see ${API_CLIENTS_PAGE}`,
} as const satisfies Partial<Record<QBenchAuthErrorCode, string>>;

function refusal(
  response: Response,
  body: Readonly<Record<string, unknown>> | undefined,
  { url, sentAt }: Sent,
): QBenchAuthError {
  const { status, headers } = response;
  const code = refusalCode(status, body?.error);
  return new QBenchAuthError(code, `${advice[code]} (status ${status} from ${url})`, {
    status,
    retryAfterMs: readRetryAfter(headers, sentAt, body),
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
      return status === 401 ? "invalid_client" : "rejected_by_server";
  }
}
