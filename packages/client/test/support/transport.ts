import type { EmulatorOptions } from "@qbench-sdk/emulator";
import { vi } from "vitest";
import {
  type ClientOptions,
  createQBenchClient,
  type QBenchClient,
  type RetryEvent,
  type TransportOptions,
} from "../../src/index.js";
import { createTransport } from "../../src/transport/create-transport.js";
import type { FetchLike } from "../../src/transport/fetch-like.js";
import { createTestClient } from "./laboratory.js";

export type TestTransportOptions = Pick<TransportOptions, "retry" | "timeouts"> & {
  onEvent?: ((event: RetryEvent) => void) | undefined;
};

/** Wraps a fetch in the client's own transport, without limits. Retries are its only events then. */
export const transport = (fetch: FetchLike, { onEvent, ...options }: TestTransportOptions = {}): FetchLike =>
  createTransport("https://lab.example", {
    ...options,
    fetch,
    limits: false,
    onEvent(event) {
      if (event.type === "retry") onEvent?.(event);
    },
  });

/** Creates a client of a custom fetch that needs no token request, without limits. */
export const createBareClient = (fetch: FetchLike, options: ClientOptions = {}): QBenchClient =>
  createQBenchClient({
    tokenSource: {
      origin: "https://lab.example",
      getToken: async () => "token",
      reject() {},
      on: () => () => {},
      close() {},
    },
    fetch,
    limits: false,
    ...options,
  });

/** Stops all timers. Tests move them by the time that a retry waits. */
export function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
}

/** Creates a client of an emulator, without limits. Records its API requests, and when each of them arrived. */
export function createTransportTestClient(emulatorOptions: EmulatorOptions = {}, options: TestTransportOptions = {}) {
  const events: RetryEvent[] = [];
  const arrived: { method: string; body: string; headers: Headers; atMs: number }[] = [];
  let arrival = () => {};
  const { emulator, client } = createTestClient(emulatorOptions, {
    retry: undefined,
    ...options,
    limits: false,
    async fetch(request, init) {
      const received = new Request(request, init);
      if (received.url.includes("/auth/")) return emulator.fetch(received);
      const { method, headers } = received;
      arrival();
      arrived.push({ method, headers, body: await received.clone().text(), atMs: performance.now() });
      return emulator.fetch(received);
    },
    onEvent(event) {
      if (event.type !== "retry") return;
      events.push(event);
      // The wait begins after this listener returns.
      if (vi.isFakeTimers()) queueMicrotask(() => vi.advanceTimersByTime(event.waitMs));
      options.onEvent?.(event);
    },
  });
  /** Sets a listener that is called before the emulator processes a request. */
  const onArrival = (listener: () => void): void => {
    arrival = listener;
  };
  return { emulator, client, events, arrived, onArrival };
}
