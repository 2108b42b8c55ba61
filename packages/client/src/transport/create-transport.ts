import type { TransportEvent } from "../events.js";
import type { FetchLike } from "./fetch-like.js";
import type { Limiter, Limits } from "./limiter.js";
import { sharedLimiter } from "./shared-limiter.js";
import { readTimeouts, type Timeouts } from "./timeouts.js";
import { withCallTimeout } from "./with-call-timeout.js";
import { withHeadersTimeout } from "./with-headers-timeout.js";
import { withLimits } from "./with-limits.js";
import { type Retry, readAttempts, withRetries } from "./with-retries.js";

/** How calls are sent. */
export interface TransportOptions {
  /**
   * What the tenant allows, which all clients of this process for the tenant share; a limiter, to share it with others as
   * well; or `false`, for nothing to be held back. Default: 10 calls at once and 300 in 60 s (facts 6.3), or what the tenant
   * says when it refuses.
   */
  limits?: Limits | Limiter | false | undefined;
  /** How often a call is tried that has failed for the time being; default 4 times in all. */
  retry?: Retry | undefined;
  /** How long calls may take; default 30 s to the headers, 60 s for the body, 10 minutes for all attempts and waits. */
  timeouts?: Timeouts | undefined;
}

/**
 * A fetch that keeps the tenant's limits, tries again what failed for the time being, and ends what takes too long. A call
 * that waits to be tried again holds no place among those at once.
 *
 * @throws QBenchInputError when an option cannot be right
 */
export function createTransport(
  fetch: FetchLike,
  origin: string,
  options: TransportOptions & { onEvent?: ((event: TransportEvent) => void) | undefined },
): FetchLike {
  const { limits, retry, timeouts, onEvent } = options;
  const times = readTimeouts(timeouts);
  const attempts = readAttempts(retry);
  const attempt = withHeadersTimeout(fetch, times.headersMs);
  const held = limits === false ? attempt : withLimits(attempt, toLimiter(origin, limits), onEvent);
  return withCallTimeout(withRetries(held, { attempts, totalMs: times.totalMs, onEvent }), times);
}

const toLimiter = (origin: string, limits: Limits | Limiter | undefined): Limiter =>
  limits && "acquire" in limits ? limits : sharedLimiter(origin, limits);
