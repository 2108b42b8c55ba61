import { signAssertion } from "./assertion.js";
import { parseBaseUrl } from "./base-url.js";
import { checkCredentials } from "./credentials.js";
import { QBenchAuthError } from "./errors.js";
import { TOKEN_PATH } from "./token-path.js";
import type { TokenEncoding } from "./token-request.js";

/** The part of fetch that is used, so that any other can stand in for it. */
export type Fetch = (request: Request) => Promise<Response>;

/** A clock, in milliseconds since the epoch. `Date` is one. */
export interface Clock {
  now(): number;
}

export interface AuthOptions {
  /**
   * The tenant's address, such as `https://example.qbench.net`: https (http on loopback only), without a path.
   * Tokens are asked for and sent there and nowhere else.
   */
  baseUrl: string;
  /** The API client's id, from Configuration > Application > Developer > Settings > API Clients. */
  clientId: string;
  /** The API client's secret. It signs assertions and is itself never sent (vendor guide rules 3 and 6). */
  clientSecret: string;
  /**
   * The path of the token endpoint; default `/qbench/api/v2/auth/token` (vendor guide rule 7). Older integrations use
   * `/qbench/oauth2/v1/token`, whose tokens the v2 API takes as well.
   */
  tokenPath?: string | undefined;
  /**
   * How the request for a token is written; default `urlencoded`, as the vendor's guide says (rule 7). The API's own
   * document declares `multipart`.
   */
  tokenEncoding?: TokenEncoding | undefined;
  /** Sends the requests for tokens; default the global fetch, looked up at each exchange. */
  fetch?: Fetch | undefined;
  /** Dates assertions and judges expiry; default `Date`. */
  clock?: Clock | undefined;
  /** How long a request for a token may take to the end of its answer, in milliseconds; default 30 000. */
  timeoutMs?: number | undefined;
}

/** The options, checked, with every default in place. The secret is out of reach behind `sign`, so that no dump shows it. */
export interface AuthSettings {
  readonly origin: string;
  readonly tokenUrl: string;
  readonly tokenEncoding: TokenEncoding;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** @param now the time of issue, in milliseconds since the epoch */
  readonly sign: (now: number) => Promise<string>;
}

// A timer that is set for longer fires at once.
const longestTimeoutMs = 2 ** 31 - 1;

/** @throws {QBenchAuthError} `invalid_option`, before anything is sent */
export function readAuthOptions(options: AuthOptions): AuthSettings {
  const {
    tokenPath = TOKEN_PATH,
    tokenEncoding = "urlencoded",
    fetch = request => globalThis.fetch(request),
    clock = Date,
    timeoutMs = 30_000,
  } = options;
  const origin = parseBaseUrl(options.baseUrl);
  const credentials = checkCredentials(options);
  demand(isPath(tokenPath), `tokenPath: must be a path of the tenant without a query, such as ${TOKEN_PATH}`);
  demand(
    tokenEncoding === "urlencoded" || tokenEncoding === "multipart",
    'tokenEncoding: must be "urlencoded" or "multipart"',
  );
  demand(typeof fetch === "function", "fetch: must be a function that takes a Request");
  demand(typeof clock.now === "function", "clock: must have a function `now`, as Date has");
  demand(
    Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= longestTimeoutMs,
    `timeoutMs: must be a whole number of milliseconds from 1 to ${longestTimeoutMs}`,
  );
  return {
    origin,
    tokenUrl: `${origin}${tokenPath}`,
    tokenEncoding,
    fetch,
    clock,
    timeoutMs,
    sign: now => signAssertion({ ...credentials, now }),
  };
}

// To the URL parser "//host/path" and "/\host" are other hosts, where an assertion must not go.
const isPath = (value: unknown): boolean => typeof value === "string" && /^\/(?![/\\])[^?#\\]*$/.test(value);

function demand(isRight: boolean, message: string): void {
  if (!isRight) throw new QBenchAuthError("invalid_option", message);
}
