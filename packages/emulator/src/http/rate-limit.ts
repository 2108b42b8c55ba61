import { HttpError } from "./http-error.js";
import type { Stats } from "./stats.js";

/**
 * The rate limits of each API client. The defaults are those of docs/qbench-api.md §6.3.
 *
 * @example
 * ```ts
 * const emulator = createEmulator({ limits: { concurrent: 2, requests: 20, windowMs: 1000 } });
 * ```
 */
export interface RateLimits {
  /** The maximum number of concurrent API requests. Default: 10. */
  concurrent: number;
  /** The maximum number of API requests in one window. Default: 300. */
  requests: number;
  /** The length of the window in milliseconds. Default: 60 000. */
  windowMs: number;
}

export interface RateLimiter {
  /** Admits a request of the client, or throws a 429. The caller runs the returned function when the request ends. */
  acquire(clientId: string, now: number): () => void;
}

const rateLimited = (description: string, headers?: Record<string, string>): HttpError =>
  new HttpError(429, { error_type: "RateLimitError", error_description: description }, headers);

/**
 * Applies QBench's two limits to each API client. The window rolls, and rejected requests count toward it
 * (docs/qbench-api.md §6.3). A client that keeps sending requests therefore stays locked out.
 */
export function createRateLimiter(limits: RateLimits, stats: Stats): RateLimiter {
  const clients = new Map<string, { times: number[]; inFlight: number }>();
  return {
    acquire(clientId, now) {
      const client = clients.get(clientId) ?? { times: [], inFlight: 0 };
      clients.set(clientId, client);
      const { times } = client;
      const first = times.findIndex(time => time > now - limits.windowMs);
      times.splice(0, first < 0 ? times.length : first);
      times.push(now);
      if (times.length > limits.requests) {
        stats.throttledByRate++;
        // The next request is admitted once this one, and all before it, have left the window.
        const leaving = times[times.length - limits.requests] ?? now;
        const seconds = Math.max(1, Math.ceil((leaving + limits.windowMs - now) / 1000));
        const window = `${limits.requests} per ${limits.windowMs / 1000} seconds`;
        throw rateLimited(
          `ratelimit exceeded ${window} [current count: ${times.length}. Retry in ${seconds} seconds]`,
          {
            "X-QBAPI-Throttle-Request-Count": String(times.length),
            "X-QBAPI-Throttle-TTL": String(seconds),
          },
        );
      }
      if (client.inFlight >= limits.concurrent) {
        stats.throttledByConcurrency++;
        throw rateLimited(`exceeded concurrent request limit of ${limits.concurrent}`);
      }
      client.inFlight++;
      stats.maxConcurrent = Math.max(stats.maxConcurrent, client.inFlight);
      return () => {
        client.inFlight--;
      };
    },
  };
}
