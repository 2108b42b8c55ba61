import { describe, expect, test, vi } from "vitest";
import { abortable } from "../src/async/abortable.ts";
import { withTimeLimit } from "../src/async/time-limit.ts";

const tooLate = () => new Error("too late");

describe("a wait that can be aborted", () => {
  test("62. with a signal that is aborted already ends at once, and the work's own failure is nobody's", async () => {
    const reason = new Error("before");
    const work = Promise.reject(new Error("of the work"));
    await expect(abortable(work, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test("64. many waits put one listener on a signal, and take it off again", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    for (let round = 1; round <= 2; round += 1) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => abortable(Promise.resolve(i), signal)));
      expect(add).toHaveBeenCalledTimes(round);
      expect(remove).toHaveBeenCalledTimes(round);
    }
  });

  test("60. an abort ends all the waits with that signal and no other", async () => {
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

describe("work within a time", () => {
  test("63. ends before it begins when the source is closed already", async () => {
    const reason = new Error("closed");
    const run = vi.fn(() => new Promise<never>(() => {}));
    await expect(withTimeLimit(1000, tooLate, AbortSignal.abort(reason), run)).rejects.toBe(reason);
  });

  test("throws what the work throws, in time", async () => {
    const { signal } = new AbortController();
    const failure = new Error("of the work");
    await expect(withTimeLimit(1000, tooLate, signal, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
