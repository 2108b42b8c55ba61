import { isWorkerd } from "@qbench-sdk/auth/internal";
import { createLimiter, type Limits, type SharedLimiter } from "./limiter.js";

// For the life of the process: what a client has sent counts after it is gone, too. A few kB for each tenant.
const limiters = new Map<string, SharedLimiter>();

/**
 * The limiter of a tenant, one for all clients of this process. Where they were given different limits, the smaller count.
 * On edge workers each client, made for one request, has its own.
 *
 * @throws {QBenchInputError} for what is no limit
 */
export function sharedLimiter(origin: string, limits: Limits = {}): SharedLimiter {
  // On edge workers one request cannot wait for what another has to do: it would never be woken.
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
