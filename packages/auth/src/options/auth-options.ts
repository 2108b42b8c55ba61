import {
  type AssertionSource,
  providedAssertions,
  type SecretProvider,
  signedAssertions,
} from "../assertion/assertion-source.js";
import { checkClientId, checkClientSecret } from "../assertion/credentials.js";
import { MAX_TIMER_MS } from "../async/delay.js";
import { assertOption } from "../errors/assert-option.js";
import { CLIENT_SECRET } from "../errors/setting-names.js";
import { isBrowser } from "../runtime.js";
import { memoryTokenStore } from "../store/memory-token-store.js";
import type { TokenStore } from "../store/token-store.js";
import type { RenewalTracing } from "../tracing/renewal-tracing.js";
import { parseBaseUrl } from "./base-url.js";
import { TOKEN_PATH } from "./token-path.js";
import { isWholeNumber } from "./whole-number.js";

/** The encoding of the form in a token request. */
export type TokenEncoding = "urlencoded" | "multipart";

/** The part of `fetch` that is used, so that other implementations can replace it. */
export type Fetch = (request: Request) => Promise<Response>;

/** Provides the time. `Date` is a valid clock. */
export interface Clock {
  /** Returns the time in milliseconds since the epoch. */
  now(): number;
  /**
   * Returns milliseconds since any fixed point, never decreasing. With it, tokens expire on time even if the wall clock
   * is set back.
   */
  monotonic?(): number;
}

/** Options of a token source. One of `clientSecret` and `assertion` is required. */
export interface AuthOptions {
  /**
   * The tenant's address, such as `https://example.qbench.net`. It must be https (http for loopback addresses only) and
   * have no path. Tokens are requested from this origin and sent to no other.
   */
  baseUrl: string;
  /** The id of the API client, from Configuration > Application > Developer > Settings > API Clients. */
  clientId: string;
  /**
   * The secret of the API client. It signs assertions and is never sent (docs/qbench-api.md §3.1). A function is called
   * for each assertion, so that the secret can change while a service runs. Browsers must use `assertion` instead.
   */
  clientSecret?: string | SecretProvider | undefined;
  /**
   * Returns a signed assertion, instead of `clientSecret`. It is called for each exchange. Use it in browsers, which
   * get assertions from their own server, and for secrets that never leave a vault.
   */
  assertion?: (() => Promise<string>) | undefined;
  /**
   * How tokens are renewed. The default, `assertion`, needs no state and survives crashes. `refresh-token` uses the
   * single-use refresh token of the last response, and an assertion if its state is unknown
   * (docs/token-lifecycle.md §5).
   */
  renewal?: "assertion" | "refresh-token" | undefined;
  /** Keeps tokens and shares them; default a `memoryTokenStore()` that no other token source uses. */
  store?: TokenStore | undefined;
  /**
   * The path of the token endpoint; default `/qbench/api/v2/auth/token`. Older integrations use
   * `/qbench/oauth2/v1/token`, whose tokens the v2 API accepts as well (docs/qbench-api.md §3.2).
   */
  tokenPath?: string | undefined;
  /**
   * The encoding of token requests; default `urlencoded`. The API's OpenAPI document declares `multipart`
   * (docs/qbench-api.md §3.2).
   */
  tokenEncoding?: TokenEncoding | undefined;
  /** Sends token requests; default the global fetch, looked up for each exchange. */
  fetch?: Fetch | undefined;
  /** The clock that dates assertions and decides when tokens expire; default `Date` and `performance`. */
  clock?: Clock | undefined;
  /** The time limit of a token request, to the end of the response body, in milliseconds; default 30 000. */
  timeoutMs?: number | undefined;
  /**
   * Called with each background renewal, for platforms that end all work with the response, such as edge workers. Pass
   * the platform's own function; default none.
   */
  waitUntil?: ((renewal: Promise<void>) => void) | undefined;
  /** Creates a span for each renewal, see `@qbench-sdk/auth/opentelemetry`; default none. */
  tracing?: RenewalTracing | undefined;
}

/** The checked options with all defaults. The secret is inside closures only, so that printing this shows no secret. */
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
  /** Identifies the token endpoint and the API client in the store. */
  readonly storeKey: string;
  /** True if a browser keeps the cookie `jid` and sends it by itself. */
  readonly browserKeepsCookies: boolean;
  readonly waitUntil: ((renewal: Promise<void>) => void) | undefined;
  readonly tracing: RenewalTracing | undefined;
}

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** @throws {QBenchAuthError} `invalid_option` */
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
  assertOption(isPath(tokenPath), `tokenPath: must be a path without host and query, such as ${TOKEN_PATH}`);
  assertOption(
    tokenEncoding === "urlencoded" || tokenEncoding === "multipart",
    'tokenEncoding: must be "urlencoded" or "multipart"',
  );
  assertOption(typeof fetch === "function", "fetch: must be a function that takes a Request");
  assertOption(typeof clock.now === "function", "clock: must have a function `now`, like Date");
  assertOption(isWholeNumber(timeoutMs), `timeoutMs: must be a whole number of milliseconds from 1 to ${MAX_TIMER_MS}`);
  assertOption(
    renewal === "assertion" || renewal === "refresh-token",
    'renewal: must be "assertion" or "refresh-token"',
  );
  assertOption(
    [store.get, store.set, store.delete].every(operation => typeof operation === "function"),
    "store: must have the functions get, set and delete",
  );
  assertOption(waitUntil === undefined || typeof waitUntil === "function", "waitUntil: must be a function");
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
    browserKeepsCookies: renewal === "refresh-token" && isBrowser(),
    waitUntil,
    tracing,
  };
}

function readAssertions(clientId: string, { clientSecret, assertion }: AuthOptions): AssertionSource {
  if (assertion !== undefined) {
    assertOption(typeof assertion === "function", "assertion: must be a function that returns a signed JWT");
    assertOption(clientSecret === undefined, `${CLIENT_SECRET}, assertion: must not both be set`);
    return providedAssertions(assertion);
  }
  assertOption(
    !isBrowser(),
    `${CLIENT_SECRET}: does not belong in a browser, where everyone can read it. ` +
      "Set `assertion` to a function that gets a signed assertion from your server.",
  );
  if (typeof clientSecret === "function") return signedAssertions(clientId, clientSecret);
  return signedAssertions(clientId, checkClientSecret(clientSecret ?? ""));
}

// The URL parser reads "//host/path" and "/\host" as other hosts, to which no assertion may be sent.
const isPath = (value: unknown): boolean => typeof value === "string" && /^\/(?![/\\])[^?#\\]*$/.test(value);
