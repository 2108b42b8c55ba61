import type { EmulatorOptions } from "@qbench-sdk/emulator";
import { vi } from "vitest";
import type { Retry, RetryEvent, Timeouts } from "../../src/index.js";
import type { FetchLike } from "../../src/transport/fetch-like.js";
import { readTimeouts } from "../../src/transport/timeouts.js";
import { withCallTimeout } from "../../src/transport/with-call-timeout.js";
import { withHeadersTimeout } from "../../src/transport/with-headers-timeout.js";
import { readAttempts, withRetries } from "../../src/transport/with-retries.js";
import { createTestClient } from "./laboratory.js";

export interface TransportOptions {
  retry?: Retry | undefined;
  timeouts?: Timeouts | undefined;
  onEvent?: ((event: RetryEvent) => void) | undefined;
}

/** A fetch as the client has it, over another. */
export function transport(fetch: FetchLike, { retry, timeouts, onEvent }: TransportOptions = {}): FetchLike {
  const limits = readTimeouts(timeouts);
  const attempts = withHeadersTimeout(fetch, limits.headersMs);
  return withCallTimeout(
    withRetries(attempts, { attempts: readAttempts(retry), totalMs: limits.totalMs, onEvent }),
    limits,
  );
}

/** Timers that stand still, and move by what a retry waits. */
export function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
}

/** A client of an emulator, with this transport between them. Of the API's calls, what reached the emulator and when. */
export function createTransportTestClient(emulatorOptions: EmulatorOptions = {}, options: TransportOptions = {}) {
  const events: RetryEvent[] = [];
  const arrived: { method: string; body: string; headers: Headers; atMs: number }[] = [];
  let arrival = () => {};
  const { emulator, client } = createTestClient(emulatorOptions, {
    fetch: (request, init?: RequestInit) => send(request, init),
    limits: false,
    timeouts: { headersMs: false, bodyMs: false, totalMs: false },
  });
  const send = transport(
    async (request, init) => {
      const received = new Request(request, init);
      if (received.url.includes("/auth/")) return emulator.fetch(received);
      const { method, headers } = received;
      arrival();
      arrived.push({ method, headers, body: await received.clone().text(), atMs: performance.now() });
      return emulator.fetch(received);
    },
    {
      ...options,
      onEvent(event) {
        events.push(event);
        // The wait begins when its listener is done.
        if (vi.isFakeTimers()) queueMicrotask(() => vi.advanceTimersByTime(event.waitMs));
        options.onEvent?.(event);
      },
    },
  );
  /** Is called before the emulator deals with a call. */
  const onArrival = (listener: () => void): void => {
    arrival = listener;
  };
  return { emulator, client, events, arrived, onArrival };
}
