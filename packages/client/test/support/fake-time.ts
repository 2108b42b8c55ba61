import type { EmulatorOptions } from "@qbench-sdk/emulator";
import { expect, vi } from "vitest";
import { createTestClient } from "./laboratory.js";
import { nextMacrotask } from "./runtime.js";

/** Stops the clock, and makes each random wait as long as its middle. */
export function useFakeTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
}

/** Undoes `useFakeTime`, after checking that no timer is left. */
export function useRealTime(): void {
  const left = vi.isFakeTimers() ? vi.getTimerCount() : 0;
  vi.useRealTimers();
  vi.restoreAllMocks();
  expect(left, "number of timers that are still active").toBe(0);
}

/** Creates a client that already has a token, because signing takes real time, and stops the clock. */
export async function createReadyClient(options: EmulatorOptions = {}) {
  const ready = createTestClient(options);
  await ready.client.GET("/qbench/api/v2/teams");
  ready.requests.length = 0;
  useFakeTime();
  return ready;
}

/** Advances the clock until a promise settles. */
export async function advanceUntilSettled<Value>(work: Promise<Value>): Promise<Value> {
  let isSettled = false;
  const onSettled = () => {
    isSettled = true;
  };
  work.then(onSettled, onSettled);
  while (!isSettled) {
    await nextMacrotask();
    await vi.advanceTimersByTimeAsync(100);
  }
  return work;
}
