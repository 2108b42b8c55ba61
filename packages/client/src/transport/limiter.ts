import type { Clock } from "@qbench-sdk/auth";
import { QBenchInputError } from "../errors/input-error.js";
import type { RateLimitInfo } from "../events.js";
import { createLinkedQueue } from "./linked-queue.js";

/** What the tenant allows (facts 6.3). What is not given follows what the tenant itself says when it refuses a call. */
export interface Limits {
  /** Calls at once; default 10. */
  concurrent?: number;
  /** Calls in any window; default 300. */
  requests?: number;
  /** The window, in milliseconds; default 60 000. */
  windowMs?: number;
}

/** Lets calls go as fast as the tenant's limits allow, in the order they came. */
export interface Limiter {
  /**
   * A place for one call: at once when there is one and nobody waits, otherwise a promise of it.
   *
   * @throws the signal's own reason, by the promise, when it is aborted
   */
  acquire(signal?: AbortSignal): Slot | Promise<Slot>;
  /** Takes to heart what the tenant said when it refused a call; before that leaves its place. */
  update(refusal: RateLimitInfo): void;
}

/** Of one call. It is held until both have been called; calling again does nothing. */
export interface Slot {
  /** The answer's headers are here, or the call has failed. */
  onResponse(): void;
  /** The answer's body has ended as well. */
  release(): void;
}

/** A limiter for several clients. */
export interface SharedLimiter extends Limiter {
  /**
   * Of these limits and those that were given before, keeps the fewer calls at once, and the rate that is slower in the long
   * run.
   *
   * @throws {QBenchInputError} for what is no limit
   */
  tighten(limits: Limits): void;
}

interface Rate {
  requests: number;
  windowMs: number;
}

const assumed: Rate = { requests: 300, windowMs: 60_000 };

const slower = (one: Rate | undefined, other: Rate): Rate =>
  one && one.requests / one.windowMs < other.requests / other.windowMs ? one : other;

/**
 * The server counts a call when it arrives, at some moment between its start and its answer. So a call counts here from its
 * start until a window after its answer, and the server never sees more than `requests` in any window, wherever it begins.
 *
 * On edge workers one request of the worker cannot wait for another: make a limiter for each.
 *
 * @param clock default `performance`; a clock that is set back makes calls wait
 * @throws {QBenchInputError} for what is no limit
 */
export function createLimiter(limits: Limits = {}, clock: Clock = performance): SharedLimiter {
  let given: Rate | undefined;
  let learned: Rate | undefined;
  let rate = assumed;
  let givenAtOnce: number | undefined;
  let learnedAtOnce = Number.POSITIVE_INFINITY;
  let atOnce: number;
  /** How many fewer there are at once, because others use the tenant. */
  let lent = 0;
  let lentUntil = 0;
  let pausedUntil = 0;

  let inside = 0;
  let unanswered = 0;
  /** When calls were answered, from `oldest` on; what is before has left the window. */
  const answers: number[] = [];
  let oldest = 0;

  const waiting = createLinkedQueue<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const time = (): number => clock.monotonic?.() ?? clock.now();

  function settle(): void {
    rate = given ? slower(given, learned ?? given) : (learned ?? assumed);
    atOnce = Math.min(givenAtOnce ?? 10, learnedAtOnce);
  }

  /** In how many milliseconds a call may go; Infinity: not before another has gone on. */
  function delay(now: number): number {
    // A little longer, since no two clocks run alike.
    const window = rate.windowMs * 1.001;
    while ((answers[oldest] ?? now) <= now - window) oldest++;
    if (oldest > answers.length / 2) {
      answers.splice(0, oldest);
      oldest = 0;
    }
    if (lent > 0 && now >= lentUntil) {
      lent--;
      lentUntil = now + rate.windowMs;
    }
    if (inside >= Math.max(1, atOnce - lent)) return Number.POSITIVE_INFINITY;
    const isFull = unanswered + answers.length - oldest >= rate.requests;
    const free = isFull ? (answers[oldest] ?? Number.POSITIVE_INFINITY) + window : now;
    // Timers take whole milliseconds.
    return Math.ceil(Math.max(free, pausedUntil) - now);
  }

  function place(): Slot {
    let isAnswered = false;
    let isOver = false;
    inside++;
    unanswered++;
    return {
      onResponse() {
        if (isAnswered) return;
        isAnswered = true;
        unanswered--;
        answers.push(time());
        admit();
      },
      release() {
        if (isOver) return;
        isOver = true;
        inside--;
        admit();
      },
    };
  }

  /** Lets in who may go, and looks again when the next one may. */
  function admit(): void {
    clearTimeout(timer);
    for (let next = waiting.first(); next; next = waiting.first()) {
      const ms = delay(time());
      if (ms > 0) {
        if (ms < Number.POSITIVE_INFINITY) timer = setTimeout(admit, ms);
        return;
      }
      next();
    }
  }

  function restrict({ concurrent, requests, windowMs }: Limits): void {
    check({ concurrent, requests, windowMs });
    if (concurrent !== undefined) givenAtOnce = Math.min(concurrent, givenAtOnce ?? concurrent);
    if (requests !== undefined || windowMs !== undefined) {
      given = slower(given, { requests: requests ?? assumed.requests, windowMs: windowMs ?? assumed.windowMs });
    }
    settle();
    admit();
  }
  restrict(limits);

  return {
    tighten: restrict,

    acquire(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (!waiting.first() && delay(time()) <= 0) return place();
      return new Promise((resolve, reject) => {
        const leaveQueue = waiting.push(() => {
          signal?.removeEventListener("abort", giveUp);
          leaveQueue();
          resolve(place());
        });
        const giveUp = () => {
          leaveQueue();
          reject(signal?.reason);
          admit();
        };
        signal?.addEventListener("abort", giveUp, { once: true });
        admit();
      });
    },

    update({ kind, limit, windowMs, retryAfterMs }) {
      const now = time();
      if (kind === "rate" && limit && windowMs) learned = { requests: limit, windowMs };
      if (kind === "concurrency") {
        if (limit && limit < atOnce) learnedAtOnce = limit;
        // While more are under way than are allowed by now, that is why it was refused.
        else if (inside <= atOnce - lent) lent = Math.min(lent + 1, atOnce - 1);
        lentUntil = now + rate.windowMs;
      }
      settle();
      // After a window in which nothing was sent there is nothing left to count.
      if (retryAfterMs) pausedUntil = Math.max(pausedUntil, now + Math.min(retryAfterMs, rate.windowMs));
      admit();
    },
  };
}

function check(limits: { [Name in keyof Limits]: number | undefined }): void {
  for (const [name, value] of Object.entries(limits)) {
    // A timer that is set for longer fires at once.
    if (value !== undefined && !(Number.isInteger(value) && value > 0 && value < 2 ** 31)) {
      throw new QBenchInputError(`limits.${name}: must be a whole number from 1 to ${2 ** 31 - 1}`);
    }
  }
}
