import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource, memoryTokenStore, type TokenEvent, type TokenStore } from "../src/index.ts";
import { createCircuitBreaker } from "../src/renewal/circuit-breaker.ts";
import {
  HOUR,
  MINUTE,
  recordEvents,
  SECOND,
  STORE_KEY,
  stubTenant,
  type TestClock,
  testClock,
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
