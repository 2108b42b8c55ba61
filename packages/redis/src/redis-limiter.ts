import { abortable } from "@qbench-sdk/auth/internal";
import type { Limiter, Slot } from "@qbench-sdk/client";
import { clientError, QBenchRedisError } from "./errors.js";
import { count, enter, lend, pause, remove } from "./limiter-scripts.js";
import { createQueue } from "./queue.js";
import { type IoRedisClient, type RedisClient, redisCommands } from "./redis-commands.js";

export interface RedisLimiterOptions {
  /** The tenant's address, as the clients have it; limiters of one tenant share its limits. */
  origin: string;
  /**
   * Gives the places while Redis fails or is too late: one of this process alone, with its share of the limits. In a fleet of
   * five that is a fifth: `createLimiter({ concurrent: 2, requests: 60 })`.
   */
  fallback: Limiter;
  /** Calls at once, of the whole fleet; default 10. */
  concurrent?: number;
  /** Calls in any window, of the whole fleet; default 300. */
  requests?: number;
  /** The window, in milliseconds; default 60 000. */
  windowMs?: number;
  /** What the names of its keys begin with; default `qbench-sdk:`. */
  prefix?: string;
  /**
   * How long the places of a process that was killed stay taken, in milliseconds; default 10 000. A process that lives keeps
   * them longer by itself.
   */
  leaseMs?: number;
  /** How long Redis may take to answer, in milliseconds; default 1000. After that, and for as long again, `fallback` is used. */
  commandTimeoutMs?: number;
  /** Is told why `fallback` is used. What it throws is nobody's. */
  onError?: (error: QBenchRedisError) => void;
}

/** Whoever waits shows itself this often, so that who is gone holds up nobody for long. */
const longestWaitMs = 1000;

/**
 * Keeps the limits of a tenant for a whole fleet: however many processes share it, QBench counts at most `requests` calls in any
 * window and `concurrent` at once. Redis 6.2 or later.
 *
 * A call counts from its start until a window after its answer, as QBench counts it at some moment between the two. Its place is
 * a lease, which comes back by itself when its process is killed. Each call costs one round trip; two more commands at its end
 * are not waited for. In a process calls go in the order they came, and processes that wait take turns.
 *
 * A script of its own, because counters in fixed windows, as of rate-limiter-flexible, let up to twice the limit through around
 * the end of a window, and know no calls under way.
 *
 * @param client a connected client of `redis` or `ioredis`; the limiter never closes it
 * @throws {TypeError} for another client, and for what is no limit
 */
export function redisLimiter(client: RedisClient | IoRedisClient, options: RedisLimiterOptions): Limiter {
  const { origin, fallback, prefix = "qbench-sdk:", leaseMs = 10_000, commandTimeoutMs = 1000, onError } = options;
  let { concurrent = 10, requests = 300, windowMs = 60_000 } = options;
  check({ concurrent, requests, windowMs, leaseMs, commandTimeoutMs });
  const isGiven = options.requests !== undefined || options.windowMs !== undefined;
  const { evaluate, ask } = redisCommands(client, commandTimeoutMs, "redisLimiter");
  // In braces, so that the keys of a tenant are in one slot of a cluster.
  const name = (part: string) => `${prefix}{${origin}}:${part}`;
  const calls = name("calls");
  const leases = name("leases");
  const waiting = name("waiting");
  const seen = name("seen");
  const paused = name("paused");
  const lent = name("lent");
  const keys = [calls, leases, waiting, seen, paused, lent];

  const self = crypto.randomUUID();
  let places = 0;
  /** The places that are held here, and if they are answered. */
  const held = new Map<string, boolean>();
  let keepAlive: ReturnType<typeof setInterval> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let wake = () => {};
  // Only the first of those who wait here asks Redis.
  const queue = createQueue();

  // A little longer, since no two clocks run alike.
  const window = () => Math.ceil(windowMs * 1.001);

  /** Failures of what nobody waits for: a lease runs out by itself, and a call that is not reported counts longer. */
  const inBackground = (work: Promise<unknown>) => work.catch(() => {});

  const countFor = (key: string, ms: number, ...which: string[]) =>
    which.length > 0 && inBackground(evaluate(count, [key], leaseMs + window(), ms, ...which));

  /** Who waits here need not wait until it looks again. */
  const takeOut = (keys: string[], ...members: string[]) =>
    inBackground(evaluate(remove, keys, ...members)).then(() => wake());

  function extend(): void {
    const unanswered = [...held].filter(([, isAnswered]) => !isAnswered).map(([place]) => place);
    countFor(leases, leaseMs, ...held.keys());
    countFor(calls, leaseMs + window(), ...unanswered);
  }

  function take(place: string): Slot {
    held.set(place, false);
    if (keepAlive === undefined) {
      keepAlive = setInterval(extend, leaseMs / 3);
      // Other runtimes give a number. A process that has nothing else to do may end.
      keepAlive.unref?.();
    }
    const onResponse = () => {
      if (held.get(place) !== false) return;
      held.set(place, true);
      countFor(calls, window(), place);
    };
    return {
      onResponse,
      release() {
        onResponse();
        if (!held.delete(place)) return;
        if (held.size === 0) {
          clearInterval(keepAlive);
          keepAlive = undefined;
        }
        takeOut([leases], place);
      },
    };
  }

  async function placeFor(signal: AbortSignal): Promise<Slot> {
    for (;;) {
      if (performance.now() < failedAt + commandTimeoutMs) return fallback.acquire(signal);
      const place = `${self}:${places++}`;
      const { inTime, ever } = ask(enter, keys, place, self, requests, window(), concurrent, leaseMs);
      try {
        const wait = await abortable(inTime, signal);
        if (wait === 0) return take(place);
        // Apart, so that those who wait do not all ask at once.
        await pauseFor(wait < 0 ? 10 + 20 * Math.random() : Math.min(wait, longestWaitMs), signal);
      } catch (error) {
        // Who stands in the line and does not ask keeps a place idle. Whoever is next here asks in its stead.
        const isLeaving = !signal.aborted || queue.waiting === 0;
        const giveUp = () => takeOut([calls, leases, waiting, seen], place, ...(isLeaving ? [self] : []));
        // Not before Redis has done what it was asked, which may still be to come.
        ever.then(giveUp, giveUp);
        signal.throwIfAborted();
        failedAt = performance.now();
        tell(error);
      }
    }
  }

  async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<void>(resolve => {
      wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    try {
      await abortable(over, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  function tell(error: unknown): void {
    try {
      onError?.(error instanceof QBenchRedisError ? error : clientError(error));
    } catch {
      // A mistake of who watches must not cost a call its place.
    }
  }

  return {
    acquire: (signal = new AbortController().signal) => queue.run(() => placeFor(signal), signal),

    update(refusal) {
      const { kind, limit, windowMs: told, retryAfterMs } = refusal;
      fallback.update(refusal);
      if (kind === "rate" && limit && told && (!isGiven || limit / told <= requests / windowMs)) {
        requests = limit;
        windowMs = told;
      }
      if (retryAfterMs) inBackground(evaluate(pause, [paused], Math.ceil(Math.min(retryAfterMs, windowMs))));
      if (kind !== "concurrency") return;
      if (limit && limit < concurrent) concurrent = limit;
      else inBackground(evaluate(lend, [lent], concurrent - 1, windowMs));
    },
  };
}

function check(settings: Record<string, number>): void {
  for (const [name, value] of Object.entries(settings)) {
    // A timer that is set for longer fires at once.
    if (!(Number.isInteger(value) && value > 0 && value < 2 ** 31)) {
      throw new TypeError(`redisLimiter: ${name} must be a whole number from 1 to ${2 ** 31 - 1}`);
    }
  }
}
