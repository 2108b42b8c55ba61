import type { Limiter } from "../../src/transport/limiter.ts";
import { readRateLimitInfo } from "../../src/transport/read-rate-limit.ts";

export interface SimulatedCall {
  /** When the caller has it, in milliseconds from the start. */
  at: number;
  /** How long the request takes to arrive, the answer's headers to come back, and its body to end. */
  up: number;
  down: number;
  body: number;
  abortAt?: number | undefined;
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** A server that counts calls as they arrive, on a clock that the test moves. */
export function simulateServer(limits: { concurrent: number; requests: number; windowMs: number }) {
  const arrivals: number[] = [];
  let running = 0;
  const seen = { mostInWindow: 0, mostAtOnce: 0, refused: 0 };

  function arrive(): Response | undefined {
    const now = performance.now();
    while ((arrivals[0] ?? now) <= now - limits.windowMs) arrivals.shift();
    arrivals.push(now);
    seen.mostInWindow = Math.max(seen.mostInWindow, arrivals.length);
    running++;
    seen.mostAtOnce = Math.max(seen.mostAtOnce, running);
    let text: string | undefined;
    if (arrivals.length > limits.requests) {
      const first = arrivals[arrivals.length - limits.requests] ?? now;
      const seconds = Math.ceil((first + limits.windowMs - now) / 1000);
      text = `ratelimit exceeded ${limits.requests} per ${limits.windowMs / 1000} seconds [current count: ${arrivals.length}. Retry in ${seconds} seconds]`;
    } else if (running > limits.concurrent) text = `exceeded concurrent request limit of ${limits.concurrent}`;
    if (text === undefined) return undefined;
    seen.refused++;
    return Response.json({ error_description: text }, { status: 429 });
  }

  return {
    seen,
    /** Makes one call; gives when it was sent, undefined when its caller gave up in the queue. */
    async call(limiter: Limiter, { at, up, down, body, abortAt }: SimulatedCall): Promise<number | undefined> {
      await pause(at);
      const controller = new AbortController();
      if (abortAt !== undefined) setTimeout(() => controller.abort(), abortAt);
      const place = await Promise.resolve(limiter.acquire(controller.signal)).catch(() => undefined);
      if (!place) return undefined;
      const sentAt = performance.now();
      await pause(up);
      const refusal = arrive();
      await pause(down);
      place.onResponse();
      if (refusal) limiter.update(readRateLimitInfo(refusal.headers, await refusal.text()));
      else await pause(body);
      running--;
      place.release();
      return sentAt;
    },
  };
}
