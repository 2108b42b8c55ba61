import { describe, expect, test, vi } from "vitest";
import { abortable } from "../src/async/abortable.ts";
import { withTimeLimit } from "../src/async/time-limit.ts";

const timeoutError = () => new Error("too late");

describe("abortable", () => {
  test("abortable rejects immediately if the signal is aborted already, and hides the failure of the work", async () => {
    const reason = new Error("before");
    const work = Promise.reject(new Error("of the work"));
    await expect(abortable(work, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test("abortable adds one listener to a signal for many waits, and removes it again", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    for (let round = 1; round <= 2; round += 1) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => abortable(Promise.resolve(i), signal)));
      expect(add).toHaveBeenCalledTimes(round);
      expect(remove).toHaveBeenCalledTimes(round);
    }
  });

  test("abortable ends all waits with the aborted signal and no other", async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const reason = new Error("enough");
    const never = new Promise<string>(() => {});
    const ended = Array.from({ length: 3 }, () => abortable(never, one.signal).catch(error => error));
    const going = abortable(Promise.resolve("on"), other.signal);
    one.abort(reason);
    expect(await Promise.all(ended)).toEqual([reason, reason, reason]);
    await expect(going).resolves.toBe("on");
  });
});

describe("withTimeLimit", () => {
  test("withTimeLimit rejects before the work starts if closing is aborted already", async () => {
    const reason = new Error("closed");
    const run = vi.fn(() => new Promise<never>(() => {}));
    await expect(withTimeLimit(1000, timeoutError, AbortSignal.abort(reason), run)).rejects.toBe(reason);
  });

  test("withTimeLimit rejects with the error of the work within the time limit", async () => {
    const { signal } = new AbortController();
    const failure = new Error("of the work");
    await expect(withTimeLimit(1000, timeoutError, signal, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
