import type { TransportEvent } from "../events.js";
import type { FetchLike } from "./fetch-like.js";
import type { Limiter, Limits } from "./limiter.js";
import { sharedLimiter } from "./shared-limiter.js";
import { readTimeouts, type Timeouts } from "./timeouts.js";
import { withCallTimeout } from "./with-call-timeout.js";
import { withHeadersTimeout } from "./with-headers-timeout.js";
import { withLimits } from "./with-limits.js";
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
  /**
   * How long a call may take; default 30 s to the headers, 60 s for the body, 10 minutes for all attempts and waits.
   */
  timeouts?: Timeouts | undefined;
}

/**
 * Wraps fetch so that requests keep the tenant's limits, are retried after transient failures, and end at their
 * timeouts. A request that waits for its next attempt holds no slot.
 *
 * @throws {QBenchInputError} if an option is invalid
 */
export function createTransport(
  fetch: FetchLike,
  origin: string,
  options: TransportOptions & { onEvent?: ((event: TransportEvent) => void) | undefined },
): FetchLike {
  const { limits, retry, timeouts, onEvent } = options;
  const { headersMs, bodyMs, totalMs } = readTimeouts(timeouts);
  const attempts = readAttempts(retry);
  const attempt = withHeadersTimeout(fetch, headersMs);
  const limited = limits === false ? attempt : withLimits(attempt, toLimiter(origin, limits), onEvent);
  return withCallTimeout(withRetries(limited, { attempts, totalMs, onEvent }), { bodyMs, totalMs });
}

const toLimiter = (origin: string, limits: Limits | Limiter | undefined): Limiter =>
  limits && "acquire" in limits ? limits : sharedLimiter(origin, limits);
