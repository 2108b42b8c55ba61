import { abortable, assertWholeNumber } from "@qbench-sdk/auth/internal";
import type { Limiter, Slot } from "@qbench-sdk/client";
import * as scripts from "./limiter-scripts.js";
import { createQueue } from "./queue.js";
import { type IoRedisClient, type RedisClient, redisCommands } from "./redis-commands.js";
import { type QBenchRedisError, toRedisError } from "./redis-error.js";

/** Configures `redisLimiter`. */
export interface RedisLimiterOptions {
  /** The tenant's address, as given to its clients. Limiters with the same origin share the limits. */
  origin: string;
  /**
   * Provides slots while Redis fails or does not reply in time. It belongs to this process alone, so give it the
   * process's share of the limits, such as a fifth in a fleet of five:
   * `createLimiter({ concurrent: 2, requests: 60 })`.
   */
  fallback: Limiter;
  /** The number of concurrent requests of the whole fleet; default 10. */
  concurrent?: number;
  /** The number of requests of the whole fleet in any window; default 300. */
  requests?: number;
  /** The length of the window, in milliseconds; default 60 000. */
  windowMs?: number;
  /** The prefix of all Redis keys; default `qbench-sdk:`. */
  prefix?: string;
  /**
   * How long the slots of a killed process stay in use, in milliseconds; default 10 000. A live process extends its
   * leases by itself.
   */
  leaseMs?: number;
  /**
   * How long Redis may take to reply, in milliseconds; default 1000. After a timeout, `fallback` is used for the same
   * time before Redis is tried again.
   */
  commandTimeoutMs?: number;
  /** Called with the reason each time Redis fails and `fallback` is used. Errors thrown by the callback are ignored. */
  onError?: (error: QBenchRedisError) => void;
}

/**
 * A waiting process asks Redis at least this often. Its heartbeat expires after twice that time, so a killed process
 * soon stops holding up the others.
 */
const MAX_POLL_MS = 1000;

/**
 * Limits the requests of a whole fleet: however many processes share the limiter, QBench counts at most `requests`
 * requests in any window and `concurrent` at the same time. Each process and each worker thread creates its own
 * limiter, with the same `origin`. Needs Redis 6.2 or later.
 *
 * A request counts from its start until one window after the end of its response, because QBench counts it at some
 * moment between the two. Only a request that is aborted can be counted later than its slot is free. A slot is a lease,
 * which expires if the process is killed. Each request costs one round trip to Redis. Two more commands follow its end,
 * and the request does not wait for them. Within a process, requests start in the order of the calls. Waiting processes
 * take turns.
 *
 * It uses a script of its own, because counters with fixed windows, such as those of rate-limiter-flexible, have two
 * drawbacks. They allow up to twice the limit around the end of a window, and they do not count requests in flight.
 *
 * @example
 * ```ts
 * const redis = createClient({ url: "redis://localhost:6379" });
 * await redis.connect();
 * const limits = redisLimiter(redis, {
 *   origin: "https://example.qbench.net",
 *   fallback: createLimiter({ concurrent: 2, requests: 60 }),
 * });
 * const client = createQBenchClient({ limits });
 * ```
 *
 * @param client a connected client of `redis` or `ioredis`; the limiter never closes it
 * @throws {QBenchInputError} if the client is not supported, or if a number is not valid
 */
export function redisLimiter(client: RedisClient | IoRedisClient, options: RedisLimiterOptions): Limiter {
  const { origin, fallback, prefix = "qbench-sdk:", leaseMs = 10_000, commandTimeoutMs = 1000, onError } = options;
  let { concurrent = 10, requests = 300, windowMs = 60_000 } = options;
  for (const [name, value] of Object.entries({ concurrent, requests, windowMs, leaseMs, commandTimeoutMs })) {
    assertWholeNumber(`redisLimiter: ${name}`, value);
  }
  const hasExplicitRate = options.requests !== undefined || options.windowMs !== undefined;
  const { evaluate, startEvaluation } = redisCommands(client, commandTimeoutMs, "redisLimiter");
  // The braces keep all keys of a tenant in one hash slot of a Redis cluster.
  const keyOf = (part: string) => `${prefix}{${origin}}:${part}`;
  const requestsKey = keyOf("requests");
  const slotsKey = keyOf("slots");
  const waitingKey = keyOf("waiting");
  const heartbeatsKey = keyOf("heartbeats");
  const pausedKey = keyOf("paused");
  const penaltyKey = keyOf("penalty");
  const keys = [requestsKey, slotsKey, waitingKey, heartbeatsKey, pausedKey, penaltyKey];

  const limiterId = crypto.randomUUID();
  let nextSlot = 0;
  /** The slots that this process holds. */
  const heldSlots = new Set<string>();
  let leaseTimer: ReturnType<typeof setInterval> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let wakeWaiter = () => {};
  // Only the first caller in this queue asks Redis.
  const queue = createQueue();

  // The margin covers clocks that run at slightly different speeds.
  const countedMs = () => Math.ceil(windowMs * 1.001);

  /**
   * Ignores the failure of a command that no caller waits for. A lease expires by itself, and a request whose end
   * was not recorded only counts for longer.
   */
  const inBackground = (work: Promise<unknown>) => work.catch(() => {});

  const setExpiry = (key: string, ms: number, slots: readonly string[]) =>
    inBackground(evaluate(scripts.setExpiry, [key], leaseMs + countedMs(), ms, ...slots));

  /** Removes members and wakes the caller that waits in this process, so that it need not wait for its next poll. */
  const removeFrom = (keys: string[], ...members: string[]) =>
    inBackground(evaluate(scripts.remove, keys, ...members)).then(() => wakeWaiter());

  function extendLeases(): void {
    setExpiry(slotsKey, leaseMs, [...heldSlots]);
    setExpiry(requestsKey, leaseMs + countedMs(), [...heldSlots]);
  }

  function holdSlot(slot: string): Slot {
    heldSlots.add(slot);
    if (leaseTimer === undefined) {
      leaseTimer = setInterval(extendLeases, leaseMs / 3);
      // The timer must not keep the process alive. `unref` does not exist in runtimes whose timers are numbers.
      leaseTimer.unref?.();
    }
    return {
      release() {
        if (!heldSlots.delete(slot)) return;
        if (heldSlots.size === 0) {
          clearInterval(leaseTimer);
          leaseTimer = undefined;
        }
        setExpiry(requestsKey, countedMs(), [slot]);
        removeFrom([slotsKey], slot);
      },
    };
  }

  async function acquireSlot(signal: AbortSignal): Promise<Slot> {
    for (;;) {
      if (performance.now() < failedAt + commandTimeoutMs) return fallback.acquire(signal);
      const slot = `${limiterId}:${nextSlot++}`;
      const args = [slot, limiterId, requests, countedMs(), concurrent, leaseMs];
      const { result, completion } = startEvaluation(scripts.acquireSlot, keys, ...args);
      try {
        const waitMs = await abortable(result, signal);
        if (waitMs === 0) return holdSlot(slot);
        // Random pauses keep the waiting processes from asking all at the same time.
        await pauseFor(waitMs < 0 ? 10 + 20 * Math.random() : Math.min(waitMs, MAX_POLL_MS), signal);
      } catch (error) {
        // A limiter that waits in Redis but does not ask would leave a slot unused. So it leaves the line, unless the
        // next caller in this process goes on asking.
        const leavesLine = !signal.aborted || queue.waiting === 0;
        const members = leavesLine ? [slot, limiterId] : [slot];
        const undo = () => removeFrom([requestsKey, slotsKey, waitingKey, heartbeatsKey], ...members);
        // The script may still run, even after the timeout, so it is undone only after that.
        completion.then(undo, undo);
        signal.throwIfAborted();
        failedAt = performance.now();
        notify(error);
      }
    }
  }

  async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = new Promise<void>(resolve => {
      wakeWaiter = resolve;
      timer = setTimeout(resolve, ms);
    });
    try {
      await abortable(pause, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  function notify(error: unknown): void {
    try {
      onError?.(toRedisError(error));
    } catch {
      // Errors thrown by the callback must not fail the request.
    }
  }

  return {
    acquire: (signal = new AbortController().signal) => queue.run(() => acquireSlot(signal), signal),

    update(info) {
      const { kind, limit, retryAfterMs } = info;
      fallback.update(info);
      // An explicit rate is replaced only by one that is at most as high.
      const isAdoptable = (max: number, ms: number) => !hasExplicitRate || max / ms <= requests / windowMs;
      if (kind === "rate" && limit && info.windowMs && isAdoptable(limit, info.windowMs)) {
        requests = limit;
        windowMs = info.windowMs;
      }
      if (retryAfterMs) {
        inBackground(evaluate(scripts.pause, [pausedKey], Math.ceil(Math.min(retryAfterMs, windowMs))));
      }
      if (kind !== "concurrency") return;
      if (limit && limit < concurrent) concurrent = limit;
      else inBackground(evaluate(scripts.penalize, [penaltyKey], concurrent - 1, windowMs));
    },
  };
}
