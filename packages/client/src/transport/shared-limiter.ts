import { isWorkerd } from "@qbench-sdk/auth/internal";
import { createLimiter, type Limits, type SharedLimiter } from "./limiter.js";

// Limiters stay for the life of the thread, because the requests of a discarded client still count. Each takes a few
// kB.
const limiters = new Map<string, SharedLimiter>();

/**
 * Returns the limiter of a tenant, which all clients of this thread share that use this copy of the package. If they
 * set different limits, the lower ones apply. On edge workers, each client has its own limiter.
 *
 * @throws {QBenchInputError} if a limit is not a positive integer
 */
export function sharedLimiter(origin: string, limits: Limits = {}): SharedLimiter {
  // On edge workers, one incoming request cannot wait for another: the runtime would never resume it.
  if (isWorkerd()) return createLimiter(limits);
  const limiter = limiters.get(origin);
  if (!limiter) {
    const created = createLimiter(limits);
    limiters.set(origin, created);
    return created;
  }
  limiter.tighten(limits);
  return limiter;
}
