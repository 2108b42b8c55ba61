import { Failure } from "./http-error.js";
import type { Stats } from "./stats.js";

export interface RateLimits {
  /** API calls at once; default 10 (facts 6.3). */
  concurrent: number;
  /** API calls in a window; default 300. */
  requests: number;
  /** In milliseconds; default 60 000. */
  windowMs: number;
}

export interface RateLimiter {
  /** Lets a call of the client in, or throws the 429; call what it gives back when the call is over. */
  enter(clientId: string, now: number): () => void;
}

const throttled = (description: string, headers?: Record<string, string>): Failure =>
  new Failure(429, { error_type: "RateLimitError", error_description: description }, headers);

/**
 * QBench's two limits, for each API client. The window rolls, and refused calls count towards it (facts 6.3), so a client
 * that goes on knocking stays out.
 */
export function createRateLimiter(limits: RateLimits, stats: Stats): RateLimiter {
  const calls = new Map<string, { times: number[]; running: number }>();
  return {
    enter(clientId, now) {
      let client = calls.get(clientId);
      if (!client) {
        client = { times: [], running: 0 };
        calls.set(clientId, client);
      }
      const { times } = client;
      const first = times.findIndex(time => time > now - limits.windowMs);
      times.splice(0, first < 0 ? times.length : first);
      times.push(now);
      if (times.length > limits.requests) {
        stats.throttledByRate++;
        // The next call fits when so many of the oldest have left the window that one place is free.
        const leaving = times[times.length - limits.requests] ?? now;
        const seconds = Math.max(1, Math.ceil((leaving + limits.windowMs - now) / 1000));
        const window = `${limits.requests} per ${limits.windowMs / 1000} seconds`;
        throw throttled(`ratelimit exceeded ${window} [current count: ${times.length}. Retry in ${seconds} seconds]`, {
          "X-QBAPI-Throttle-Request-Count": String(times.length),
          "X-QBAPI-Throttle-TTL": String(seconds),
        });
      }
      if (client.running >= limits.concurrent) {
        stats.throttledByConcurrency++;
        throw throttled(`exceeded concurrent request limit of ${limits.concurrent}`);
      }
      client.running++;
      stats.mostConcurrent = Math.max(stats.mostConcurrent, client.running);
      const entered = client;
      return () => {
        entered.running--;
      };
    },
  };
}
