import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource, memoryTokenStore, type TokenSet, type TokenStore } from "../src/index.ts";
import { refreshingTenant } from "./support/refreshing-tenant.ts";
import {
  advanceUntil,
  deferred,
  flush,
  HOUR,
  installFakeTimers,
  json,
  MINUTE,
  recordEvents,
  SECOND,
  STORE_KEY,
  stubTenant,
  thrownBy,
  times,
  tokenResponse,
  waitFor,
} from "./support/tenant.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("a shared store", () => {
  test("twenty token sources with one store make one exchange for each life of a token", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant();
    const sources = times(20, () => createTokenSource({ ...tenant.options, store }));
    for (let life = 1; life <= 3; life += 1) {
      const tokens = await Promise.all(sources.map(source => source.getToken()));
      expect(new Set(tokens)).toEqual(new Set([`token-${life}`]));
      tenant.clock.advance(HOUR);
    }
    expect(tenant.exchanges).toHaveLength(3);
  });

  test("every token source gets a token from a store without a lock", async () => {
    const { lock: _, ...store } = memoryTokenStore();
    const tenant = stubTenant();
    const sources = times(5, () => createTokenSource({ ...tenant.options, store }));
    expect(await Promise.all(sources.map(source => source.getToken()))).toHaveLength(5);
  });

  test("does not take a token from the store again after the API rejected it", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant();
    const [one, two] = [
      createTokenSource({ ...tenant.options, store }),
      createTokenSource({ ...tenant.options, store }),
    ];
    await one.getToken();
    await two.getToken();
    one.reject("token-1");
    await expect(one.getToken()).resolves.toBe("token-2");
    two.reject("token-1");
    await expect(two.getToken()).resolves.toBe("token-2");
    expect(tenant.exchanges).toHaveLength(2);
  });

  test.each([
    [
      "the name and code of an error",
      Object.assign(new RangeError("sentinel"), { code: "ECONNRESET" }),
      "RangeError ECONNRESET",
    ],
    ["the code of the cause of an error", new Error("sentinel", { cause: { code: "ENOTFOUND" } }), "Error ENOTFOUND"],
    [
      "no error name that holds more than letters",
      Object.assign(new Error("sentinel"), { name: "sentinel 1" }),
      "Error",
    ],
    ["no error code in lower case", Object.assign(new Error("sentinel"), { code: "sentinel" }), "Error"],
    ["no error code that is a number", Object.assign(new Error("sentinel"), { code: 5 }), "Error"],
    ["nothing of a thrown string", "sentinel", "Error"],
    ["nothing of a thrown null", null, "Error"],
  ])("reports %s in the event of a store failure", async (_, thrown, reason) => {
    const fail = () => Promise.reject(thrown);
    const tenant = stubTenant();
    const source = createTokenSource({ ...tenant.options, store: { get: fail, set: fail, delete: fail } });
    const events = recordEvents(source);
    await source.getToken();
    expect(events.filter(({ type }) => type === "store-failed")).toEqual([
      { type: "store-failed", operation: "get", reason },
      { type: "store-failed", operation: "get", reason },
      { type: "store-failed", operation: "set", reason },
    ]);
  });

  test("counts the life of a record without its time of issue from when it is read", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant({ store });
    await store.set(STORE_KEY, {
      accessToken: "kept",
      tokenType: "Bearer",
      expiresAt: tenant.clock.now() + 100 * SECOND,
    });
    const source = createTokenSource(tenant.options);
    await expect(source.getToken()).resolves.toBe("kept");
    tenant.clock.advance(94 * SECOND);
    await expect(source.getToken()).resolves.toBe("kept");
    await waitFor(() => tenant.exchanges.length === 1);
  });

  test("gives a record in its soft window to waiting callers, and replaces it in a background renewal", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant({ store });
    const expiresAt = tenant.clock.now() + 2 * MINUTE;
    await store.set(STORE_KEY, { accessToken: "old", tokenType: "Bearer", issuedAt: expiresAt - HOUR, expiresAt });
    const source = createTokenSource(tenant.options);
    await expect(source.getToken()).resolves.toBe("old");
    expect(tenant.exchanges).toHaveLength(0);
    await expect(source.getToken()).resolves.toBe("old");
    await waitFor(() => tenant.exchanges.length === 1);
    await flush();
    await expect(source.getToken()).resolves.toBe("token-1");
  });

  test("gives a new token to a caller that arrives while a background renewal is giving up", async () => {
    const gate = deferred<void>();
    const { lock: _, ...memory } = memoryTokenStore();
    let isSlow = false;
    const store: TokenStore = {
      ...memory,
      // Releasing takes a while, as with a lock in Redis.
      async lock(_key, run) {
        const result = await run();
        if (isSlow) await gate.promise;
        return result;
      },
    };
    const tenant = stubTenant({ store });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    const events = recordEvents(source);
    isSlow = true;
    tenant.onExchange = number => {
      if (number === 2) throw new TypeError("fetch failed");
      return tokenResponse(number);
    };
    tenant.clock.advance(HOUR - 31 * SECOND);
    await expect(source.getToken()).resolves.toBe("token-1");
    await waitFor(() => tenant.exchanges.length === 2);
    await flush();
    tenant.clock.advance(2 * SECOND);
    const token = source.getToken();
    await waitFor(() => tenant.exchanges.length === 3);
    gate.resolve();
    await expect(token).resolves.toBe("token-3");
    await flush();
    await expect(source.getToken()).resolves.toBe("token-3");
    // Only the newer renewal counts.
    expect(events.some(({ type }) => type === "renewal-backoff")).toBe(false);
  });

  test("removes the record of a rejected token even if the renewal fails", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant({ store });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    source.reject("token-1");
    tenant.onExchange = () => json({ error: "invalid_client" }, { status: 401 });
    await thrownBy(() => source.getToken());
    await expect(store.get(STORE_KEY)).resolves.toBeUndefined();
  });

  test("keeps the record of an expired token until a renewal succeeds", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant({ store });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.advance(HOUR);
    tenant.onExchange = () => json({ error: "invalid_client" }, { status: 401 });
    await thrownBy(() => source.getToken());
    await expect(store.get(STORE_KEY)).resolves.toMatchObject({ accessToken: "token-1" });
  });

  test("does not send a refresh token that another process has taken", async () => {
    const { options, state, tenant } = refreshingTenant();
    const store = memoryTokenStore();
    const source = createTokenSource({ ...options, store: { ...store, delete: async () => false } });
    await source.getToken();
    tenant.clock.advance(HOUR);
    await source.getToken();
    expect(state).toMatchObject({ refreshes: 0, assertions: 2 });
  });

  test("gets a token although every store operation fails, and reports each failure as an event", async () => {
    const fail = async (): Promise<never> => {
      throw Object.assign(new Error("sentinel-of-the-store"), { code: "ECONNREFUSED" });
    };
    const tenant = stubTenant();
    const source = createTokenSource({ ...tenant.options, store: { get: fail, set: fail, delete: fail, lock: fail } });
    const events = recordEvents(source);
    await expect(source.getToken()).resolves.toBe("token-1");
    const failures = events.filter(event => event.type === "store-failed");
    expect(failures.map(({ operation }) => operation)).toEqual(["get", "lock", "set"]);
    expect(JSON.stringify(events)).not.toContain("sentinel");
    expect(failures[0]?.reason).toBe("Error ECONNREFUSED");
  });

  test("starts no exchange in the background if the lock of the store fails, and enters the backoff", async () => {
    const store = { ...memoryTokenStore(), lock: async (): Promise<never> => Promise.reject(new Error("no lock")) };
    const tenant = stubTenant();
    const source = createTokenSource({ ...tenant.options, store });
    await source.getToken();
    tenant.clock.advance(HOUR - 4 * MINUTE);
    const events = recordEvents(source);
    await expect(source.getToken()).resolves.toBe("token-1");
    await waitFor(() => events.some(({ type }) => type === "renewal-backoff"));
    expect(tenant.exchanges).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "renewal-backoff", error: { code: "store_unavailable" } });
  });

  test("stops waiting for a store that hangs", async () => {
    installFakeTimers();
    const never = () => new Promise<never>(() => {});
    const tenant = stubTenant();
    const source = createTokenSource({
      ...tenant.options,
      store: { get: never, set: never, delete: never, lock: never },
    });
    const token = source.getToken();
    await advanceUntil(() => tenant.exchanges.length === 1);
    await advanceUntil(() => vi.getTimerCount() === 0);
    await expect(token).resolves.toBe("token-1");
  });

  test("does no work under a lock that it gets after it went on without the lock", async () => {
    installFakeTimers();
    let runLate: (() => Promise<unknown>) | undefined;
    const tenant = stubTenant();
    const store = {
      ...memoryTokenStore(),
      lock: <T>(_key: string, run: () => Promise<T>) => {
        runLate = run;
        return new Promise<never>(() => {});
      },
    };
    const token = createTokenSource({ ...tenant.options, store }).getToken();
    await advanceUntil(() => tenant.exchanges.length === 1);
    await expect(token).resolves.toBe("token-1");
    await thrownBy(async () => runLate?.());
    expect(tenant.exchanges).toHaveLength(1);
  });

  test.each([
    undefined,
    null,
    "text",
    {},
    { accessToken: "a\r\nb", expiresAt: 9e15 },
    { accessToken: "ok", expiresAt: "9" },
  ])("treats the invalid record %j as an empty store", async record => {
    const store = { ...memoryTokenStore(), get: async () => record as unknown as TokenSet };
    const tenant = stubTenant();
    await expect(createTokenSource({ ...tenant.options, store }).getToken()).resolves.toBe("token-1");
  });

  test("hands a background renewal to waitUntil", async () => {
    const tenant = stubTenant();
    const handed: Promise<void>[] = [];
    const source = createTokenSource({ ...tenant.options, waitUntil: renewal => void handed.push(renewal) });
    await source.getToken();
    tenant.clock.advance(HOUR - 4 * MINUTE);
    await source.getToken();
    expect(handed).toHaveLength(1);
    await handed[0];
    await expect(source.getToken()).resolves.toBe("token-2");
  });
});
