import {
  type AssertionSource,
  givenAssertions,
  type SecretProvider,
  signedAssertions,
} from "../assertion/assertion-source.js";
import { checkClientId, checkClientSecret } from "../assertion/credentials.js";
import { QBenchAuthError } from "../errors/auth-error.js";
import { CLIENT_SECRET } from "../errors/setting-names.js";
import { isBrowser } from "../runtime.js";
import { memoryTokenStore } from "../store/memory-token-store.js";
import type { TokenStore } from "../store/token-store.js";
import type { RenewalTracing } from "../tracing/renewal-tracing.js";
import { parseBaseUrl } from "./base-url.js";
import { TOKEN_PATH } from "./token-path.js";

/** How the form of a token request is encoded. */
export type TokenEncoding = "urlencoded" | "multipart";

/** The part of fetch that is used, so that any other can stand in for it. */
export type Fetch = (request: Request) => Promise<Response>;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since any point, never set back; where there is one, a wall clock set back gives tokens no longer life. */
  monotonic?(): number;
}

export interface AuthOptions {
  /**
   * The tenant's address, such as `https://example.qbench.net`: https (http on loopback only), without a path.
   * Tokens are asked for and sent there and nowhere else.
   */
  baseUrl: string;
  /** The API client's id, from Configuration > Application > Developer > Settings > API Clients. */
  clientId: string;
  /**
   * The API client's secret. It signs assertions and is itself never sent (vendor guide rules 3 and 6). A function is asked
   * for each assertion, so that a secret can be changed while the service runs. Not in a browser.
   */
  clientSecret?: string | SecretProvider | undefined;
  /**
   * Gives a signed assertion, in place of `clientSecret`: for a browser, which asks its own server for it, and for secrets
   * that never leave a vault. Exactly one of the two must be there.
   */
  assertion?: (() => Promise<string>) | undefined;
  /**
   * What a token is renewed with; default `assertion`: stateless, and proof against crashes. `refresh-token` uses the
   * single-use token that came with the last one, and an assertion whenever there is any doubt about it.
   */
  renewal?: "assertion" | "refresh-token" | undefined;
  /** Where tokens are kept and shared; default `memoryTokenStore()`, for this source alone. */
  store?: TokenStore | undefined;
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
  /** Dates assertions and judges expiry; default `Date` and `performance`. */
  clock?: Clock | undefined;
  /** How long a request for a token may take to the end of its answer, in milliseconds; default 30 000. */
  timeoutMs?: number | undefined;
  /**
   * Is given each renewal that nobody waits for, where the platform ends work with the answer unless it is told of it, as
   * edge workers do; default none.
   */
  waitUntil?: ((renewal: Promise<void>) => void) | undefined;
  /** Follows renewals with spans, see `@qbench-sdk/auth/opentelemetry`; default none. */
  tracing?: RenewalTracing | undefined;
}

/** The options, checked, with every default in place. The secret is out of reach behind closures, so that no dump shows it. */
export interface AuthSettings {
  readonly origin: string;
  readonly tokenUrl: string;
  readonly tokenEncoding: TokenEncoding;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly assertions: AssertionSource;
  readonly renewal: "assertion" | "refresh-token";
  readonly store: TokenStore;
  /** What the store knows this identity by. */
  readonly storeKey: string;
  /** Does the browser keep the cookie `jid`, and send it by itself? */
  readonly cookiesAreKept: boolean;
  readonly waitUntil: ((renewal: Promise<void>) => void) | undefined;
  readonly tracing: RenewalTracing | undefined;
}

// A timer that is set for longer fires at once.
const longestTimeoutMs = 2 ** 31 - 1;

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** @throws {QBenchAuthError} `invalid_option`, before anything is sent */
export function readAuthOptions(options: AuthOptions): AuthSettings {
  const {
    tokenPath = TOKEN_PATH,
    tokenEncoding = "urlencoded",
    fetch = request => globalThis.fetch(request),
    clock = systemClock,
    timeoutMs = 30_000,
    renewal = "assertion",
    store = memoryTokenStore(),
    waitUntil,
    tracing,
  } = options;
  const origin = parseBaseUrl(options.baseUrl);
  const clientId = checkClientId(options.clientId);
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
  demand(renewal === "assertion" || renewal === "refresh-token", 'renewal: must be "assertion" or "refresh-token"');
  demand(
    [store.get, store.set, store.delete].every(operation => typeof operation === "function"),
    "store: must have the functions get, set and delete",
  );
  demand(waitUntil === undefined || typeof waitUntil === "function", "waitUntil: must be a function");
  const tokenUrl = `${origin}${tokenPath}`;
  return {
    origin,
    tokenUrl,
    tokenEncoding,
    fetch,
    clock,
    timeoutMs,
    assertions: readAssertions(clientId, options),
    renewal,
    store,
    storeKey: `${tokenUrl} ${clientId}`,
    cookiesAreKept: renewal === "refresh-token" && isBrowser(),
    waitUntil,
    tracing,
  };
}

function readAssertions(clientId: string, { clientSecret, assertion }: AuthOptions): AssertionSource {
  if (assertion !== undefined) {
    demand(typeof assertion === "function", "assertion: must be a function that gives a signed JWT");
    demand(clientSecret === undefined, `${CLIENT_SECRET}, assertion: give one of them, not both`);
    return givenAssertions(assertion);
  }
  demand(
    !isBrowser(),
    `${CLIENT_SECRET}: does not belong in a browser, where everyone can read it; give \`assertion\`, a function that asks your server for one`,
  );
  if (typeof clientSecret === "function") return signedAssertions(clientId, clientSecret);
  return signedAssertions(clientId, checkClientSecret(clientSecret ?? ""));
}

// To the URL parser "//host/path" and "/\host" are other hosts, where an assertion must not go.
const isPath = (value: unknown): boolean => typeof value === "string" && /^\/(?![/\\])[^?#\\]*$/.test(value);

function demand(isRight: boolean, message: string): void {
  if (!isRight) throw new QBenchAuthError("invalid_option", message);
}
