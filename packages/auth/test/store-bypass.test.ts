import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource, memoryTokenStore, type TokenEvent, type TokenStore } from "../src/index.ts";
import { createCircuitBreaker } from "../src/renewal/circuit-breaker.ts";
import {
  flush,
  HOUR,
  installFakeTimers,
  MINUTE,
  recordEvents,
  SECOND,
  STORE_KEY,
  stubTenant,
  type TestClock,
  testClock,
  tokenResponse,
  waitFor,
} from "./support/tenant.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

/** A store in memory whose operations can be made to fail, after a time by the clock. It counts what is called. */
function faultyStore(clock: TestClock) {
  const memory = memoryTokenStore();
  const calls: string[] = [];
  const faults = { hanging: new Set<string>(), failing: new Set<string>(), tookMs: SECOND };
  const wrap =
    <A extends unknown[], T>(name: string, run: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      calls.push(name);
      if (faults.hanging.has(name)) clock.advance(faults.tookMs);
      if (faults.hanging.has(name) || faults.failing.has(name)) throw new Error("sentinel");
      return run(...args);
    };
  const store: TokenStore = {
    get: wrap("get", memory.get),
    set: wrap("set", memory.set),
    delete: wrap("delete", memory.delete),
    lock: async (key, run, options) => {
      await wrap("lock", async () => {})();
      if (!memory.lock) throw new Error("the memory store has a lock");
      return memory.lock(key, run, options);
    },
  };
  return { store, memory, calls, faults };
}

function setUp() {
  const tenant = stubTenant();
  const faulty = faultyStore(tenant.clock);
  const source = createTokenSource({ ...tenant.options, store: faulty.store });
  const events = recordEvents(source);
  const storeEvents = () =>
    events.flatMap(event => {
      if (event.type === "store-failed") return [`${event.operation} failed`];
      return event.type.startsWith("store") ? [event.type] : [];
    });
  const renew = async () => {
    source.reject(await source.getToken());
    return source.getToken();
  };
  return { tenant, source, events, storeEvents, renew, ...faulty };
}

const everything = ["get", "set", "delete", "lock"];

describe("a store that hangs", () => {
  test("a hanging store costs a renewal one time limit, and is bypassed for 30 s", async () => {
    const { tenant, faults, calls, events, storeEvents, renew, source } = setUp();
    faults.hanging = new Set(everything);
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(calls).toEqual(["get"]);
    expect(storeEvents()).toEqual(["get failed", "store-bypassed"]);
    expect(events).toContainEqual({ type: "store-bypassed", durationMs: 30_000 });
    tenant.clock.advance(30 * SECOND - 1);
    await expect(renew()).resolves.toBe("token-2");
    expect(calls).toEqual(["get"]);
    tenant.clock.advance(1);
    await expect(renew()).resolves.toBe("token-3");
    expect(calls).toEqual(["get", "get"]);
    expect(storeEvents()).toEqual(["get failed", "store-bypassed", "get failed", "store-bypassed"]);
  });

  test("a store that hangs is bypassed although the clock stands still", async () => {
    installFakeTimers();
    const tenant = stubTenant();
    const get = vi.fn(() => new Promise<never>(() => {}));
    const source = createTokenSource({ ...tenant.options, store: { ...memoryTokenStore(), get } });
    const token = source.getToken();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    await expect(token).resolves.toBe("token-1");
    source.reject("token-1");
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(get).toHaveBeenCalledOnce();
  });

  test("a bypassed store that recovered is used again, which an event reports", async () => {
    const { tenant, faults, memory, storeEvents, renew, source } = setUp();
    faults.hanging = new Set(everything);
    await source.getToken();
    faults.hanging.clear();
    tenant.clock.advance(30 * SECOND);
    await expect(renew()).resolves.toBe("token-2");
    expect(storeEvents()).toEqual(["get failed", "store-bypassed", "store-restored"]);
    await expect(memory.get(STORE_KEY)).resolves.toMatchObject({ accessToken: "token-2" });
    await renew();
    expect(storeEvents()).toHaveLength(3);
  });

  test.each([
    ["lock", ["get", "lock"]],
    ["set", ["get", "lock", "get", "set"]],
  ])("a store of which only %s hangs is bypassed until that operation succeeds", async (operation, expected) => {
    const { tenant, faults, calls, storeEvents, renew, source } = setUp();
    faults.hanging.add(operation);
    await source.getToken();
    expect(calls).toEqual(expected);
    tenant.clock.advance(30 * SECOND);
    await renew();
    // Reads succeed meanwhile.
    expect(storeEvents()).not.toContain("store-restored");
    faults.hanging.clear();
    tenant.clock.advance(30 * SECOND);
    await renew();
    expect(storeEvents().at(-1)).toBe("store-restored");
  });

  test("a background renewal gives up if the store hangs, and the token stays in use", async () => {
    const { tenant, faults, calls, events, source } = setUp();
    await source.getToken();
    faults.hanging = new Set(everything);
    calls.length = 0;
    tenant.clock.advance(HOUR - 4 * MINUTE);
    await expect(source.getToken()).resolves.toBe("token-1");
    await waitFor(() => events.some(({ type }) => type === "renewal-backoff"));
    expect(calls).toEqual(["get"]);
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("each token source bypasses a hanging store for itself, also one without a lock", async () => {
    const { tenant, store, faults, calls } = setUp();
    const { lock: _, ...lockless } = store;
    faults.hanging = new Set(everything);
    for (const number of [1, 2]) {
      const source = createTokenSource({ ...tenant.options, store: lockless });
      await expect(source.getToken()).resolves.toBe(`token-${number}`);
      expect(calls).toHaveLength(number);
    }
  });
});

describe("a store that does not release its lock", () => {
  const storeWith = (release: () => Promise<void>) => {
    const memory = memoryTokenStore();
    return {
      ...memory,
      lock: async <T>(_key: string, run: () => Promise<T>): Promise<T> => {
        const value = await run();
        await release();
        return value;
      },
    };
  };

  test("a caller gets its token after one time limit if the store hangs while it releases the lock", async () => {
    installFakeTimers();
    const tenant = stubTenant();
    const source = createTokenSource({ ...tenant.options, store: storeWith(() => new Promise(() => {})) });
    const events = recordEvents(source);
    const token = source.getToken();
    await waitFor(() => tenant.exchanges.length === 1);
    await flush();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    await expect(token).resolves.toBe("token-1");
    expect(events.at(-2)).toEqual({
      type: "store-failed",
      operation: "lock",
      reason: "store: the operation took too long",
    });
    expect(events.at(-1)).toEqual({ type: "store-bypassed", durationMs: 30_000 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a store that fails fast while it releases the lock is not bypassed, however long the exchange took", async () => {
    const tenant = stubTenant();
    tenant.onExchange = number => {
      tenant.clock.advance(20 * SECOND);
      return tokenResponse(number);
    };
    const store = storeWith(() => Promise.reject(new Error("sentinel")));
    const source = createTokenSource({ ...tenant.options, store });
    const events = recordEvents(source);
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(events.filter(({ type }) => type.startsWith("store"))).toEqual([
      { type: "store-failed", operation: "lock", reason: "Error" },
    ]);
  });
});

describe("a store that fails", () => {
  test("a store whose operations fail immediately is tried again each time", async () => {
    const { faults, calls, storeEvents, source } = setUp();
    faults.failing = new Set(everything);
    await source.getToken();
    expect(calls).toEqual(["get", "lock", "set"]);
    expect(storeEvents()).toEqual(["get failed", "lock failed", "set failed"]);
  });

  test.each([
    [99, ["get", "lock", "set"]],
    [100, ["get"]],
  ])("a store whose operations fail after %d ms gets the operations %j in one renewal", async (tookMs, expected) => {
    const { faults, calls, source } = setUp();
    faults.hanging = new Set(everything);
    faults.tookMs = tookMs;
    await source.getToken();
    expect(calls).toEqual(expected);
  });
});

describe("a store with a foreign record", () => {
  const foreign = ["text", 5, [], {}, { accessToken: "a b", expiresAt: 1 }, { session: 1 }].map(record => [record]);

  test.each(foreign)("a renewal reports the foreign record %j of a store and replaces it", async record => {
    const { tenant, store, events, storeEvents } = setUp();
    let current: unknown = record;
    const source = createTokenSource({
      ...tenant.options,
      store: {
        ...store,
        get: async () => current as never,
        set: async (_key, tokens) => {
          current = tokens;
        },
      },
    });
    source.on(event => void events.push(event));
    await source.getToken();
    expect(current).toMatchObject({ accessToken: "token-1" });
    expect(storeEvents()).toEqual(["get failed", "get failed"]);
    expect(events).toContainEqual({
      type: "store-failed",
      operation: "get",
      reason: "store: the record is not a token set",
    });
  });

  test.each(foreign)("a store is bypassed if it returns the foreign record %j again after a write", async record => {
    const { tenant, store, events, storeEvents } = setUp();
    const set = vi.fn(async () => {});
    const get = vi.fn(async () => record as never);
    const source = createTokenSource({ ...tenant.options, store: { ...store, get, set } });
    source.on(event => void events.push(event));
    await source.getToken();
    source.reject("token-1");
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(storeEvents()).toEqual(["get failed", "get failed", "get failed", "store-bypassed"]);
    expect([get, set].map(({ mock }) => mock.calls.length)).toEqual([3, 1]);
    source.reject("token-2");
    await source.getToken();
    expect(get).toHaveBeenCalledTimes(3);
  });

  test("a store whose record was damaged once is bypassed at most once, and then used again", async () => {
    const { tenant, store, memory, events, storeEvents } = setUp();
    let isDamaged = false;
    const source = createTokenSource({
      ...tenant.options,
      store: {
        ...store,
        get: async key => (isDamaged ? ({ session: 1 } as never) : memory.get(key)),
        set: async (key, tokens) => {
          isDamaged = false;
          await memory.set(key, tokens);
        },
      },
    });
    source.on(event => void events.push(event));
    await source.getToken();
    isDamaged = true;
    for (let hour = 0; hour < 4; hour += 1) {
      tenant.clock.advance(HOUR);
      await source.getToken();
    }
    expect(isDamaged).toBe(false);
    // The second renewal reads the record before it takes the lock, and after that.
    expect(storeEvents()).toEqual(["get failed", "store-bypassed", "get failed", "get failed", "store-restored"]);
    await expect(memory.get(STORE_KEY)).resolves.toMatchObject({ accessToken: "token-5" });
  });

  test.each([undefined, null])("a store that returns %j is empty, and is not bypassed", async record => {
    const { tenant, store, events, storeEvents } = setUp();
    const source = createTokenSource({ ...tenant.options, store: { ...store, get: async () => record as never } });
    source.on(event => void events.push(event));
    for (const number of [1, 2, 3]) {
      await expect(source.getToken()).resolves.toBe(`token-${number}`);
      source.reject(`token-${number}`);
    }
    expect(storeEvents()).toEqual([]);
  });
});

test("a circuit is open for 30 s by its clock, and closes when the operation that opened it succeeds", () => {
  const clock = testClock();
  const events: TokenEvent[] = [];
  const circuit = createCircuitBreaker(clock.now, event => void events.push(event));
  circuit.onSuccess("get");
  expect(circuit.isOpen()).toBe(false);
  circuit.open("set");
  expect(circuit.isOpen()).toBe(true);
  clock.advance(30 * SECOND - 1);
  expect(circuit.isOpen()).toBe(true);
  clock.advance(1);
  expect(circuit.isOpen()).toBe(false);
  circuit.onSuccess("get");
  expect(events).toEqual([{ type: "store-bypassed", durationMs: 30_000 }]);
  circuit.onSuccess("set");
  circuit.onSuccess("set");
  expect(events.slice(1)).toEqual([{ type: "store-restored" }]);
});
