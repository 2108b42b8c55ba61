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
   * The tenant's limits, which all clients of this process for the tenant share. A limiter of your own can be shared
   * with other programs. `false` sends all requests immediately. Default: 10 concurrent requests and 300 in 60 s
   * (docs/qbench-api.md §6.3), or the limits that QBench names in a 429.
   */
  limits?: Limits | Limiter | false | undefined;
  /** How often a request with a transient failure is sent; default 4 attempts in all. */
  retry?: Retry | undefined;
  /** How long a call may take; default 90 s for each attempt, 10 minutes for all attempts and waits. */
  timeouts?: Timeouts | undefined;
}

/**
 * Creates the fetch of a client for one tenant. From the outside in:
 * 1. Retries: a request with a transient failure is sent again. While it waits, it holds no slot.
 * 2. One attempt: it waits for a slot of the limiter, sends the request, reads the whole response within its time, and
 *    frees the slot.
 *
 * @throws {QBenchInputError} if an option is invalid
 */
export function createTransport(
  fetch: FetchLike,
  origin: string,
  options: TransportOptions & { onEvent?: ((event: TransportEvent) => void) | undefined },
): FetchLike {
  const { limits, retry, timeouts, onEvent } = options;
  const { attemptMs, totalMs } = readTimeouts(timeouts);
  const attempts = readAttempts(retry);
  const limiter = limits === false ? NO_LIMITS : toLimiter(origin, limits);
  return withRetries(createAttempt({ fetch, limiter, attemptMs, totalMs, onEvent }), { attempts, totalMs, onEvent });
}

const NO_LIMITS: Limiter = { acquire: () => ({ release() {} }), update() {} };

const toLimiter = (origin: string, limits: Limits | Limiter | undefined): Limiter =>
  limits && "acquire" in limits ? limits : sharedLimiter(origin, limits);
