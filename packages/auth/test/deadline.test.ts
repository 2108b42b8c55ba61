import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { abortable } from "../src/async/abortable.ts";
import { type SetLimit, withDeadline } from "../src/async/deadline.ts";
import { delay } from "../src/async/delay.ts";

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

describe("withDeadline", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    // A spy on a fake timer would put it back later, when the real ones are in use.
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test("withDeadline ends work whose time is over already, and passes no negative delay to setTimeout", async () => {
    const setTimeout = vi.spyOn(globalThis, "setTimeout");
    const work = withDeadline(undefined, (_, setLimit) => {
      setLimit(-1, timeoutError);
      return new Promise(() => {});
    }).catch(error => error);
    expect(setTimeout).toHaveBeenCalledWith(expect.any(Function), 0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await work).toEqual(timeoutError());
  });
  const never = () => new Promise<never>(() => {});

  test("withDeadline rejects before the work starts if the signal is aborted already", async () => {
    const reason = new Error("closed");
    const run = vi.fn(never);
    await expect(withDeadline(AbortSignal.abort(reason), run)).rejects.toBe(reason);
    expect(run).not.toHaveBeenCalled();
  });

  test("withDeadline settles as the work does, and leaves neither a timer nor a listener", async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, "removeEventListener");
    const failure = new Error("of the work");
    const settleWith = (outcome: Promise<string>) =>
      withDeadline(signal, (_signal, setLimit) => {
        setLimit(1000, timeoutError);
        return outcome;
      });
    await expect(settleWith(Promise.resolve("done"))).resolves.toBe("done");
    await expect(settleWith(Promise.reject(failure))).rejects.toBe(failure);
    expect(vi.getTimerCount()).toBe(0);
    expect(remove).toHaveBeenCalledTimes(2);
  });

  test("withDeadline rejects if the work throws when it starts, and leaves neither a timer nor a listener", async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, "removeEventListener");
    const failure = new Error("of the work");
    const result = withDeadline(signal, (_signal, setLimit) => {
      setLimit(1000, timeoutError);
      throw failure;
    });
    await expect(result).rejects.toBe(failure);
    expect(vi.getTimerCount()).toBe(0);
    expect(remove).toHaveBeenCalledOnce();
  });

  test("withDeadline rejects with the signal's reason if the work itself aborts the signal", async () => {
    const abort = new AbortController();
    const aborted: unknown[] = [];
    const result = withDeadline(abort.signal, async (work, setLimit) => {
      abort.abort("enough");
      aborted.push(work.reason);
      setLimit(1000, timeoutError);
      return "done";
    });
    await expect(result).rejects.toBe("enough");
    expect(aborted).toEqual(["enough"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("withDeadline leaves one listener to later work, also when earlier work ends after its limit", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    let finish = () => {};
    const late = withDeadline(signal, (_signal, setLimit) => {
      setLimit(1000, timeoutError);
      return new Promise<void>(resolve => (finish = resolve));
    }).catch(error => error);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await late).toEqual(timeoutError());
    withDeadline(signal, never);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    withDeadline(signal, never);
    expect(add).toHaveBeenCalledTimes(2);
  });

  test("withDeadline rejects at the limit with its error, and aborts the work with the same error", async () => {
    let work: AbortSignal | undefined;
    const result = withDeadline(undefined, (signal, setLimit) => {
      work = signal;
      setLimit(1000, timeoutError);
      return never();
    }).catch(error => error);
    await vi.advanceTimersByTimeAsync(999);
    expect(work?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await result).toEqual(timeoutError());
    expect(work?.reason).toBe(await result);
  });

  test("withDeadline counts a new limit from the moment when it is set, and Infinity removes the limit", async () => {
    let setLimit: SetLimit | undefined;
    const settled = vi.fn();
    withDeadline(undefined, (_signal, set) => {
      setLimit = set;
      set(1000, timeoutError);
      return never();
    }).catch(settled);
    await vi.advanceTimersByTimeAsync(900);
    setLimit?.(1000, timeoutError);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(900);
    setLimit?.(Number.POSITIVE_INFINITY, timeoutError);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(2 ** 32);
    expect(settled).not.toHaveBeenCalled();
  });

  test("withDeadline sets no timer for work that was ended and still runs", async () => {
    const abort = new AbortController();
    let setLimit: SetLimit | undefined;
    const result = withDeadline(abort.signal, (_signal, set) => {
      setLimit = set;
      return never();
    });
    abort.abort("enough");
    await expect(result).rejects.toBe("enough");
    setLimit?.(1000, timeoutError);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("delay", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("delay ends after its time, or rejects with the reason of the signal that aborts first", async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const waits = [delay(1000), delay(2000, one.signal, undefined, other.signal)];
    await vi.advanceTimersByTimeAsync(1000);
    await expect(waits[0]).resolves.toBeUndefined();
    other.abort("enough");
    await expect(waits[1]).rejects.toBe("enough");
    await expect(delay(1000, other.signal)).rejects.toBe("enough");
    expect(vi.getTimerCount()).toBe(0);
  });
});
