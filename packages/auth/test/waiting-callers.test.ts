import { expect, test, vi } from "vitest";
import { createWaitingCallers } from "../src/renewal/waiting-callers.ts";
import { deferred, flush, installFakeTimers, thrownBy } from "./support/tenant.ts";

const open = new AbortController().signal;

test("does not abandon a renewal that its last caller leaves during an exchange", async () => {
  const callers = createWaitingCallers();
  const leaving = new AbortController();
  const left = thrownBy(() => callers.waitFor(new Promise(() => {}), leaving.signal));
  expect(callers.count).toBe(1);
  leaving.abort();
  await left;
  expect(callers.count).toBe(0);
  expect(callers.abandoned.aborted).toBe(false);
});

test("abandons a renewal that its last caller leaves during a pause, and clears the timer", async () => {
  installFakeTimers();
  const callers = createWaitingCallers();
  const [first, last] = [new AbortController(), new AbortController()];
  for (const { signal } of [first, last]) callers.waitFor(new Promise(() => {}), signal).catch(() => {});
  const paused = callers.pause(1000, open);
  first.abort();
  await flush();
  expect(callers.abandoned.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(1);
  last.abort();
  await paused;
  expect(callers.abandoned.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("abandons a renewal without callers at the start of a pause, and sets no timer", async () => {
  installFakeTimers();
  const callers = createWaitingCallers();
  await callers.pause(1000, open);
  expect(callers.abandoned.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("does not abandon a renewal that its last caller leaves after a pause", async () => {
  installFakeTimers();
  const callers = createWaitingCallers();
  const result = deferred<string>();
  const token = callers.waitFor(result.promise, undefined);
  const paused = callers.pause(1000, open);
  await vi.advanceTimersByTimeAsync(1000);
  await paused;
  result.resolve("token");
  await expect(token).resolves.toBe("token");
  expect(callers.abandoned.aborted).toBe(false);
});

test("ends a pause when the token source is closed, and clears the timer", async () => {
  installFakeTimers();
  const callers = createWaitingCallers();
  callers.waitFor(new Promise(() => {}), undefined).catch(() => {});
  const closing = new AbortController();
  const paused = callers.pause(1000, closing.signal);
  closing.abort();
  await paused;
  expect(callers.abandoned.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
