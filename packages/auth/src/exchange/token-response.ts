import { QBenchAuthError, type QBenchAuthErrorCode, TOKEN_ENDPOINT_CODES } from "../errors/auth-error.js";
import { API_CLIENTS_PAGE, BASE_URL, CLIENT_ID, CLIENT_SECRET } from "../errors/setting-names.js";
import { streamOf } from "../http/foreign-fetch.js";
import { parseJsonObject } from "../http/json-object.js";
import { readLimitedText } from "../http/read-limited-text.js";
import { readRetryAfter } from "../http/retry-after.js";
import type { AuthSettings } from "../options/auth-options.js";
import { discardBody } from "../replay/replay.js";
import type { TokenSet } from "../store/token-set.js";
import { isBearerToken, MAX_TOKEN_LIFE_MS } from "../store/token-set.js";
import { readRefreshPair } from "./refresh-pair.js";

/** A token response has a few hundred bytes. A page that is sent instead can have any size. */
const MAX_RESPONSE_BYTES = 65_536;

/** The documented life of a token (docs/qbench-api.md §3.2), in milliseconds. */
const DOCUMENTED_LIFE_MS = 3_600_000;

export interface TokenResponse {
  readonly tokens: TokenSet;
  /** True if the response stated no life of the token that can be right. */
  readonly isLifetimeAssumed: boolean;
}

/** The request that a response belongs to. */
interface SentRequest {
  url: string;
  /** When it was sent, in epoch milliseconds. The life of the token cannot have begun earlier. */
  sentAt: number;
  /** Returns whether the API rejected this access token before the request was sent. */
  isRejected(accessToken: string): boolean;
}

/**
 * Reads a response of the token endpoint or the refresh endpoint (docs/qbench-api.md §3.2).
 *
 * @throws {QBenchAuthError} for everything but a usable token, and the body's own error if its connection breaks
 */
export async function readTokenResponse(
  response: Response,
  settings: Pick<AuthSettings, "renewal" | "browserKeepsCookies">,
  sent: SentRequest,
): Promise<TokenResponse> {
  const { status } = response;
  // In a browser, a redirect that is not followed has the type "opaqueredirect" and status 0. `redirected` means that
  // the fetch in use followed it nevertheless, so that another server may have sent this response.
  if (response.type === "opaqueredirect" || response.redirected || (status >= 300 && status < 400)) {
    discardBody(response);
    throw new QBenchAuthError(
      "unexpected_redirect",
      `${BASE_URL}: ${sent.url} redirects, and token requests never follow redirects. Set the tenant's final address.`,
      { status },
    );
  }
  const read = await readLimitedText(await streamOf(response), MAX_RESPONSE_BYTES);
  // A body can break off with any value, undefined included.
  if ("error" in read) throw read.error;
  const { text, isComplete } = read;
  const body = isComplete ? parseJsonObject(text) : undefined;
  // A response with status 200 can hold an error (docs/qbench-api.md §3.4).
  if (!response.ok || body?.error !== undefined) throw rejection(response, body, sent);
  const accessToken = readAccessToken(body, status, sent);
  // Reads fields by name, because a body can have a random extra key (docs/qbench-api.md §6.4).
  const { expires_in: expiresIn, refresh_token: refreshToken } = body ?? {};
  const { sentAt } = sent;
  const { lifeMs, isLifetimeAssumed } = readLifetime(expiresIn);
  const tokens: TokenSet = {
    accessToken,
    tokenType: "Bearer",
    issuedAt: sentAt,
    expiresAt: sentAt + lifeMs,
    // A refresh token that is never used is not kept.
    ...(settings.renewal === "refresh-token" &&
      readRefreshPair(refreshToken, response.headers, sentAt, settings.browserKeepsCookies)),
  };
  return { tokens, isLifetimeAssumed };
}

function readAccessToken(
  body: Readonly<Record<string, unknown>> | undefined,
  status: number,
  { url, isRejected }: SentRequest,
): string {
  const unusable = (problem: string, code: QBenchAuthErrorCode = "malformed_response") =>
    new QBenchAuthError(code, `${BASE_URL}: the response of ${url} ${problem}`, { status });

  if (body === undefined) {
    throw unusable("is not a JSON object. Check that this is the address of a QBench tenant.");
  }
  const { access_token: accessToken, token_type: tokenType } = body;
  if (!isBearerToken(accessToken)) throw unusable("has no valid access_token.");
  if (isRejected(accessToken)) {
    throw unusable(
      "has an access_token that the API rejected before. Check that both belong to one tenant, or retry later.",
      "token_rejected",
    );
  }
  // A client must not use a token of a type that it does not know (RFC 6749 section 7.1). The type may have any case
  // (RFC 6749 section 5.1).
  if (typeof tokenType !== "string" || tokenType.toLowerCase() !== "bearer") {
    throw unusable("has no token_type Bearer.");
  }
  return accessToken;
}

/**
 * Reads the life of a token, which servers also send as text. A missing one, or one that ends before the token can be
 * used, is replaced by the documented life: if that is too long, the API rejects the token, which is then renewed. A
 * token without life would cost an exchange for each request.
 */
function readLifetime(expiresIn: unknown): { lifeMs: number; isLifetimeAssumed: boolean } {
  const isNumeric = typeof expiresIn === "number" || typeof expiresIn === "string";
  const statedMs = isNumeric ? Number(expiresIn) * 1000 : 0;
  const lifeMs = statedMs >= 1000 ? Math.min(statedMs, MAX_TOKEN_LIFE_MS) : DOCUMENTED_LIFE_MS;
  return { lifeMs, isLifetimeAssumed: lifeMs !== statedMs };
}

type RejectionCode =
  | (typeof TOKEN_ENDPOINT_CODES)[number]
  | Extract<QBenchAuthErrorCode, "rate_limited" | "server_error" | "rejected_by_server">;

function rejection(
  response: Response,
  body: Readonly<Record<string, unknown>> | undefined,
  { url, sentAt }: SentRequest,
): QBenchAuthError {
  const { status, headers } = response;
  const code = rejectionCode(status, body?.error);
  const [settings, problem, advice] = explain(code);
  return new QBenchAuthError(code, `${settings}: ${problem} (status ${status} from ${url}). ${advice}`, {
    status,
    retryAfterMs: readRetryAfter(headers, sentAt, body),
  });
}

function rejectionCode(status: number, error: unknown): RejectionCode {
  if (status === 429) return "rate_limited";
  if (status >= 500 || status === 408) return "server_error";
  return (
    TOKEN_ENDPOINT_CODES.find(code => code === error) ?? (status === 401 ? "invalid_client" : "rejected_by_server")
  );
}

/**
 * Returns the settings to check, what failed, and what to do. The server's own description stays out of messages,
 * because it can repeat what was sent.
 */
function explain(code: RejectionCode): readonly [settings: string, problem: string, advice: string] {
  const explanations: Record<RejectionCode, ReturnType<typeof explain>> = {
    invalid_request: [
      "tokenPath, tokenEncoding",
      "the token endpoint does not understand the request",
      "Check both options.",
    ],
    invalid_client: [
      `${CLIENT_ID}, ${CLIENT_SECRET}`,
      "the token endpoint rejected the credentials",
      `Compare them with ${API_CLIENTS_PAGE}.`,
    ],
    invalid_grant: [
      CLIENT_SECRET,
      "the token endpoint rejected the assertion",
      `Compare id and secret with ${API_CLIENTS_PAGE}.`,
    ],
    unauthorized_client: [
      CLIENT_ID,
      "this API client may not exchange assertions",
      `Check its Type in ${API_CLIENTS_PAGE}.`,
    ],
    unsupported_grant_type: ["tokenPath", "this endpoint does not accept assertions", "Check the path."],
    invalid_scope: [
      CLIENT_ID,
      "the token endpoint rejected the scopes of the API client",
      `Check them in ${API_CLIENTS_PAGE}.`,
    ],
    rate_limited: [CLIENT_ID, "the token endpoint received too many requests", "Retry later."],
    server_error: [BASE_URL, "the token endpoint failed", "Retry later."],
    rejected_by_server: [
      `${BASE_URL}, tokenPath, ${CLIENT_ID}, ${CLIENT_SECRET}`,
      "the token endpoint rejected the request",
      `Check these settings, see ${API_CLIENTS_PAGE}.`,
    ],
  };
  return explanations[code];
}
