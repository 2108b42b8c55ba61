import { parseBaseUrl } from "@qbench-sdk/auth/internal";
import type { TransportEvent } from "../events.js";
import type { FetchLike } from "./fetch-like.js";
import type { Limiter, Limits } from "./limiter.js";
import { createAttempt } from "./send-attempt.js";
import { sharedLimiter } from "./shared-limiter.js";
import { readTimeouts, type Timeouts } from "./timeouts.js";
import { type Retry, readAttempts, withRetries } from "./with-retries.js";

/** Configures how requests are sent. */
export interface TransportOptions {
  /**
   * The tenant's limits. All clients of the tenant share them that are in the same thread and use the same copy of this
   * package. Worker threads, processes and further copies count for themselves: give each of them a `redisLimiter` of
   * `@qbench-sdk/redis`, or its part of the limits. `false` sends all requests immediately. Default: 10 concurrent
   * requests and 300 in 60 s (docs/qbench-api.md §6.3), or the limits that QBench names in a 429.
   */
  limits?: Limits | Limiter | false | undefined;
  /** How often a request with a transient failure is sent; default 4 attempts in all. */
  retry?: Retry | undefined;
  /** How long a call may take; default 90 s for each attempt, 10 minutes for all attempts and waits. */
  timeouts?: Timeouts | undefined;
  /** Sends one request. Default: the global fetch, looked up for each request. Must pass `init` on, with its signal. */
  fetch?: FetchLike | undefined;
  /** Called on retries, queueing and rate limiting. Errors thrown by the listener are ignored. */
  onEvent?: ((event: TransportEvent) => void) | undefined;
}

/**
 * Creates the fetch of a client for one tenant. From the outside in:
 *
 * 1. A request with a transient failure is sent again. While it waits for that, it holds no slot.
 * 2. An attempt waits for a slot of the limiter, sends the request, reads the whole response within its time, and frees
 *    the slot. So a response that is returned is complete.
 *
 * Of an error response, it reads at most 1 MB, for at most 5 s. If the body is slower or breaks off, the response has
 * an empty body.
 *
 * @example
 * ```ts
 * const client = createClient<paths>({
 *   baseUrl,
 *   Request: ReplayableRequest,
 *   redirect: "manual",
 *   fetch: createTransport(baseUrl),
 * });
 * client.use(createAuthMiddleware({ baseUrl, clientId, clientSecret }));
 * const teams = await unwrap(client.GET("/qbench/api/v2/teams"));
 * ```
 * @param baseUrl the tenant's address. Transports of one tenant share its limits.
 * @throws {QBenchAuthError} `invalid_option`, if `baseUrl` is invalid
 * @throws {QBenchInputError} if another option is invalid
 */
export function createTransport(baseUrl: string, options: TransportOptions = {}): FetchLike {
  const { limits, retry, timeouts, fetch = globalFetch, onEvent } = options;
  const origin = parseBaseUrl(baseUrl);
  const { attemptMs, totalMs } = readTimeouts(timeouts);
  const attempts = readAttempts(retry);
  const limiter = limits === false ? NO_LIMITS : toLimiter(origin, limits);
  const send = createAttempt({ fetch, limiter, attemptMs, totalMs, onEvent });
  return withRetries(send, { attempts, totalMs, onEvent });
}

const globalFetch: FetchLike = (request, init) => globalThis.fetch(request, init);

const NO_LIMITS: Limiter = { acquire: () => ({ release() {} }), update() {} };

const toLimiter = (origin: string, limits: Limits | Limiter | undefined): Limiter =>
  limits && "acquire" in limits ? limits : sharedLimiter(origin, limits);
