import type { Limiter } from "../../src/transport/limiter.ts";
import { readRateLimit } from "../../src/transport/read-rate-limit.ts";

export interface SimulatedRequest {
  /** When the caller asks for a slot, in milliseconds from the start. */
  at: number;
  /** How long the request takes to arrive, the response headers to come back, and the response body to end. */
  up: number;
  down: number;
  body: number;
  abortAt?: number | undefined;
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** Simulates a server that counts requests when they arrive, on a clock that the test moves. */
export function simulateServer(limits: { concurrent: number; requests: number; windowMs: number }) {
  const arrivals: number[] = [];
  let running = 0;
  const seen = { maxInWindow: 0, maxConcurrent: 0, rejected: 0 };

  /** Counts a request. Returns a 429 if it exceeds a limit. */
  function arrive(): Response | undefined {
    const now = performance.now();
    while ((arrivals[0] ?? now) <= now - limits.windowMs) arrivals.shift();
    arrivals.push(now);
    seen.maxInWindow = Math.max(seen.maxInWindow, arrivals.length);
    running++;
    seen.maxConcurrent = Math.max(seen.maxConcurrent, running);
    let text: string | undefined;
    if (arrivals.length > limits.requests) {
      const first = arrivals[arrivals.length - limits.requests] ?? now;
      const seconds = Math.ceil((first + limits.windowMs - now) / 1000);
      text = `ratelimit exceeded ${limits.requests} per ${limits.windowMs / 1000} seconds [current count: ${arrivals.length}. Retry in ${seconds} seconds]`;
    } else if (running > limits.concurrent) text = `exceeded concurrent request limit of ${limits.concurrent}`;
    if (text === undefined) return undefined;
    seen.rejected++;
    return Response.json({ error_description: text }, { status: 429 });
  }

  return {
    seen,
    /** Sends one request. Resolves to when it was sent, or to undefined if its caller aborted it in the queue. */
    async send(limiter: Limiter, { at, up, down, body, abortAt }: SimulatedRequest): Promise<number | undefined> {
      await pause(at);
      const controller = new AbortController();
      if (abortAt !== undefined) setTimeout(() => controller.abort(), abortAt);
      const slot = await Promise.resolve(limiter.acquire(controller.signal)).catch(() => undefined);
      if (!slot) return undefined;
      const sentAt = performance.now();
      await pause(up);
      const rejection = arrive();
      await pause(down);
      if (rejection) limiter.update(await readRateLimit(rejection));
      else await pause(body);
      running--;
      slot.release();
      return sentAt;
    },
  };
}
