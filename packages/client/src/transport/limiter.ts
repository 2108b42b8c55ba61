import type { Clock } from "@qbench-sdk/auth";
import { assertWholeNumber, whenAborted } from "@qbench-sdk/auth/internal";
import type { RateLimitInfo } from "../events.js";
import { createLinkedQueue } from "./linked-queue.js";

/** Sets the tenant's limits (docs/qbench-api.md §6.3). A limit that is not set follows what QBench names in a 429. */
export interface Limits {
  /** How many requests can be in flight concurrently; default 10. */
  concurrent?: number;
  /** How many requests can be sent in any window; default 300. */
  requests?: number;
  /** The length of the window, in milliseconds; default 60 000. */
  windowMs?: number;
}

/** Sends requests as fast as the tenant's limits allow, in the order of their arrival. */
export interface Limiter {
  /**
   * Returns a slot for one request. If a slot is free and no request waits, it comes immediately, otherwise as a
   * promise.
   *
   * @throws the signal's reason, as a rejection, if the signal is aborted
   */
  acquire(signal?: AbortSignal): Slot | Promise<Slot>;
  /** Updates the limits from a 429. Call it before releasing the slot. */
  update(rateLimit: RateLimitInfo): void;
}

/** Permits one request. */
export interface Slot {
  /** Frees the slot. Call it when the response body has ended or the request has failed. Further calls do nothing. */
  release(): void;
}

/** Limits the requests of several clients together. */
export interface SharedLimiter extends Limiter {
  /**
   * Adds the limits of another client. The lower concurrency applies, and the rate that is slower in the long run.
   *
   * @throws {QBenchInputError} if a limit is not a positive integer
   */
  tighten(limits: Limits): void;
}

interface Rate {
  requests: number;
  windowMs: number;
}

const DEFAULT_RATE: Rate = { requests: 300, windowMs: 60_000 };
const DEFAULT_CONCURRENT = 10;

const slowerOf = (one: Rate | undefined, other: Rate): Rate =>
  one && one.requests / one.windowMs < other.requests / other.windowMs ? one : other;

/**
 * Creates a limiter.
 *
 * The server counts a request when it arrives, which is some time between sending and the response. The limiter
 * therefore counts each request from sending until a window after the end of its response. The server never sees more
 * than `requests` in any window, whenever that window starts. Only a request that is aborted can be counted later than
 * its slot is free.
 *
 * On edge workers, create a limiter for each incoming request, because one request cannot wait for another.
 *
 * @example
 * ```ts
 * const limits = createLimiter({ concurrent: 5, requests: 150 });
 * const client = createQBenchClient({ limits });
 * ```
 *
 * @param clock default `performance`; if the clock is set back, requests wait longer
 * @throws {QBenchInputError} if a limit is not a positive integer
 */
export function createLimiter(limits: Limits = {}, clock: Clock = performance): SharedLimiter {
  /** From the options, as opposed to those that QBench named in a 429. */
  let configuredRate: Rate | undefined;
  let configuredConcurrent: number | undefined;
  let reportedRate: Rate | undefined;
  let reportedConcurrent = Number.POSITIVE_INFINITY;
  let rate = DEFAULT_RATE;
  let maxConcurrent: number;
  /** How many slots are left unused, because other programs use the tenant. */
  let concurrencyPenalty = 0;
  let penaltyUntil = 0;
  let pausedUntil = 0;

  let inFlight = 0;
  /** When responses ended. Those before `oldest` have left the window. */
  const responseTimes: number[] = [];
  let oldest = 0;

  const waiting = createLinkedQueue<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const time = (): number => clock.monotonic?.() ?? clock.now();

  function applyLimits(): void {
    rate = configuredRate ? slowerOf(configuredRate, reportedRate ?? configuredRate) : (reportedRate ?? DEFAULT_RATE);
    maxConcurrent = Math.min(configuredConcurrent ?? DEFAULT_CONCURRENT, reportedConcurrent);
  }

  // The window is a little longer here, because no two clocks run at the same speed.
  const windowMs = (): number => rate.windowMs * 1.001;

  /** Drops the responses that have left the window, and reduces an expired penalty. */
  function expire(now: number): void {
    while ((responseTimes[oldest] ?? now) <= now - windowMs()) oldest++;
    if (oldest > responseTimes.length / 2) {
      responseTimes.splice(0, oldest);
      oldest = 0;
    }
    if (concurrencyPenalty > 0 && now >= penaltyUntil) {
      concurrencyPenalty--;
      penaltyUntil = now + rate.windowMs;
    }
  }

  /**
   * Returns how long until the next slot is free, in milliseconds. Infinity: a request in flight must progress first.
   */
  function msUntilSlot(now: number): number {
    if (inFlight >= Math.max(1, maxConcurrent - concurrencyPenalty)) return Number.POSITIVE_INFINITY;
    const isFull = inFlight + responseTimes.length - oldest >= rate.requests;
    const freeAt = isFull ? (responseTimes[oldest] ?? Number.POSITIVE_INFINITY) + windowMs() : now;
    // Timers take whole milliseconds.
    return Math.ceil(Math.max(freeAt, pausedUntil) - now);
  }

  function createSlot(): Slot {
    let isReleased = false;
    inFlight++;
    return {
      release() {
        if (isReleased) return;
        isReleased = true;
        inFlight--;
        responseTimes.push(time());
        admitWaiting();
      },
    };
  }

  /** Gives free slots to waiting requests, and sets a timer for the next slot. */
  function admitWaiting(): void {
    clearTimeout(timer);
    for (let admit = waiting.first(); admit; admit = waiting.first()) {
      const now = time();
      expire(now);
      const ms = msUntilSlot(now);
      if (ms > 0) {
        if (ms < Number.POSITIVE_INFINITY) timer = setTimeout(admitWaiting, ms);
        return;
      }
      admit();
    }
  }

  function tighten({ concurrent, requests, windowMs }: Limits): void {
    for (const [name, value] of Object.entries({ concurrent, requests, windowMs })) {
      if (value !== undefined) assertWholeNumber(`limits.${name}`, value);
    }
    if (concurrent !== undefined) configuredConcurrent = Math.min(concurrent, configuredConcurrent ?? concurrent);
    if (requests !== undefined || windowMs !== undefined) {
      configuredRate = slowerOf(configuredRate, {
        requests: requests ?? DEFAULT_RATE.requests,
        windowMs: windowMs ?? DEFAULT_RATE.windowMs,
      });
    }
    applyLimits();
    admitWaiting();
  }
  tighten(limits);

  return {
    tighten,

    acquire(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const now = time();
      expire(now);
      if (!waiting.first() && msUntilSlot(now) <= 0) return createSlot();
      return new Promise((resolve, reject) => {
        const leaveQueue = waiting.push(() => {
          stopListening?.();
          leaveQueue();
          resolve(createSlot());
        });
        const stopListening =
          signal &&
          whenAborted(signal, () => {
            stopListening?.();
            leaveQueue();
            reject(signal.reason);
            admitWaiting();
          });
        admitWaiting();
      });
    },

    update({ kind, limit, windowMs, retryAfterMs }) {
      const now = time();
      if (kind === "rate" && limit && windowMs) reportedRate = { requests: limit, windowMs };
      if (kind === "concurrency") {
        if (limit && limit < maxConcurrent) reportedConcurrent = limit;
        // If more requests are in flight than are allowed by now, that explains the 429. Other programs need not be the
        // cause.
        else if (inFlight <= maxConcurrent - concurrencyPenalty) {
          concurrencyPenalty = Math.min(concurrencyPenalty + 1, maxConcurrent - 1);
        }
        penaltyUntil = now + rate.windowMs;
      }
      applyLimits();
      // A pause of one window is enough: after it, the server counts nothing any more.
      if (retryAfterMs) pausedUntil = Math.max(pausedUntil, now + Math.min(retryAfterMs, rate.windowMs));
      admitWaiting();
    },
  };
}
