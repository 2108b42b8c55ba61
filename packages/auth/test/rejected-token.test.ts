import createClient from "openapi-fetch";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createAuthMiddleware, createTokenSource, memoryTokenStore } from "../src/index.ts";
import { refreshingTenant } from "./support/refreshing-tenant.ts";
import {
  flush,
  HOUR,
  json,
  MINUTE,
  ORDERS,
  ORIGIN,
  type OrderPaths,
  recordEvents,
  SECOND,
  STORE_KEY,
  stubTenant,
  thrownBy,
  times,
  tokenResponse,
} from "./support/tenant.ts";

const message =
  `baseUrl (QBENCH_URL): the response of ${ORIGIN}/qbench/api/v2/auth/token has an access_token that the API rejected ` +
  "before. Check that both belong to one tenant, or retry later.";

describe("a token endpoint that returns a rejected token again", () => {
  /** A tenant whose token endpoint returns these tokens, one after the other and from the beginning again. */
  const repeatingTenant = (...tokens: string[]) => {
    const tenant = stubTenant();
    tenant.onExchange = number => tokenResponse(0, { access_token: tokens[(number - 1) % tokens.length] });
    return tenant;
  };

  test("a call fails with an error that names the settings if the token endpoint returns the rejected token again", async () => {
    const tenant = repeatingTenant("same");
    const source = createTokenSource(tenant.options);
    await source.getToken();
    const events = recordEvents(source);
    source.reject("same");
    const error = await thrownBy(() => source.getToken());
    expect(error).toMatchObject({ name: "QBenchAuthError", code: "token_rejected", message });
    expect(events.map(({ type }) => type)).toEqual([
      "token-rejected",
      "exchange-started",
      "exchange-failed",
      "renewal-backoff",
    ]);
    expect(JSON.stringify([events, error])).not.toContain("same");
  });

  test("a rejected token that is returned again costs one exchange a minute, however many calls fail", async () => {
    const tenant = repeatingTenant("same");
    const source = createTokenSource(tenant.options);
    await source.getToken();
    source.reject("same");
    await Promise.all(times(100, () => thrownBy(() => source.getToken())));
    tenant.clock.advance(MINUTE - 1);
    await Promise.all(times(1000, () => thrownBy(() => source.getToken())));
    expect(tenant.exchanges).toHaveLength(2);
    tenant.clock.advance(1);
    tenant.onExchange = number => tokenResponse(number);
    await expect(Promise.all(times(100, () => source.getToken()))).resolves.toEqual(times(100, () => "token-3"));
  });

  test("a call fails if the token endpoint returns eight rejected tokens in turn", async () => {
    const rejected = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const tenant = repeatingTenant(...rejected);
    const source = createTokenSource(tenant.options);
    for (const token of rejected) {
      await expect(source.getToken()).resolves.toBe(token);
      source.reject(token);
    }
    expect(await thrownBy(() => source.getToken())).toMatchObject({ code: "token_rejected" });
  });

  test("a token that was not rejected is used again if the token endpoint returns it again", async () => {
    const tenant = repeatingTenant("same");
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.advance(HOUR);
    await expect(source.getToken()).resolves.toBe("same");
  });

  test("a rejected request fails without a replay if the token endpoint returns the same token", async () => {
    const tenant = repeatingTenant("same");
    tenant.onRequest = () => json({ error_type: "AuthError" }, { status: 400 });
    const client = createClient<OrderPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch });
    client.use(createAuthMiddleware(tenant.options));
    expect(await thrownBy(() => client.GET(ORDERS))).toMatchObject({ code: "token_rejected" });
    expect(await thrownBy(() => client.GET(ORDERS))).toMatchObject({ code: "token_rejected" });
    expect(tenant.requests).toHaveLength(1);
    expect(tenant.exchanges).toHaveLength(2);
  });

  test("a rejected token that is returned again is not written to the store", async () => {
    const store = memoryTokenStore();
    const tenant = repeatingTenant("same");
    const source = createTokenSource({ ...tenant.options, store });
    await source.getToken();
    source.reject("same");
    await thrownBy(() => source.getToken());
    await expect(store.get(STORE_KEY)).resolves.toBeUndefined();
  });

  test("an assertion follows if the refresh endpoint returns the rejected token again", async () => {
    const { options, state } = refreshingTenant();
    const source = createTokenSource(options);
    await source.getToken();
    state.onRefresh = async () => tokenResponse(1);
    source.reject("token-1");
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(state).toMatchObject({ refreshes: 1, assertions: 2 });
  });
});

describe("a store that returns tokens that the API rejects", () => {
  beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));

  /** A store that ignores keys and writes. Each read returns another token of some other tenant. */
  const foreignStore = () => {
    let reads = 0;
    return {
      ...memoryTokenStore(),
      reads: () => reads,
      get: async () => ({ accessToken: `foreign-${++reads}`, tokenType: "Bearer" as const, expiresAt: 9e15 }),
      set: async () => {},
      delete: async () => true,
    };
  };

  test("a store is bypassed after two of its tokens were rejected in a row, and the next call makes an exchange", async () => {
    const store = foreignStore();
    const tenant = stubTenant();
    const source = createTokenSource({ ...tenant.options, store });
    const events = recordEvents(source);
    for (const token of ["foreign-1", "foreign-2"]) {
      await expect(source.getToken()).resolves.toBe(token);
      source.reject(token);
    }
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(store.reads()).toBe(2);
    expect(events.filter(({ type }) => type.startsWith("store"))).toEqual([
      { type: "store-failed", operation: "get", reason: "store: the API rejected two of its tokens in a row" },
      { type: "store-bypassed", durationMs: 30_000 },
    ]);
    source.reject("token-1");
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(store.reads()).toBe(2);
  });

  test("at most two requests an hour fail although the store always returns tokens that the API rejects", async () => {
    const tenant = stubTenant({ store: foreignStore() });
    tenant.onRequest = request =>
      request.headers.get("Authorization")?.includes("foreign")
        ? json({ error_type: "AuthError" }, { status: 400 })
        : json({ data: [] });
    const client = createClient<OrderPaths>({ baseUrl: ORIGIN, fetch: tenant.fetch });
    client.use(createAuthMiddleware(tenant.options));
    let failures = 0;
    for (let i = 0; i < 6 * 6; i += 1) {
      tenant.clock.advance(10 * MINUTE);
      if (!(await client.GET(ORDERS)).response.ok) failures += 1;
      await flush();
    }
    expect(failures).toBeLessThanOrEqual(2 * 6);
  });

  test("a store is not bypassed if one of its tokens was rejected, and the next ones came from exchanges", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant();
    await store.set(STORE_KEY, { accessToken: "revoked", tokenType: "Bearer", expiresAt: tenant.clock.now() + HOUR });
    const source = createTokenSource({ ...tenant.options, store });
    const events = recordEvents(source);
    source.reject(await source.getToken());
    for (const life of [1, 2, 3]) {
      await expect(source.getToken()).resolves.toBe(`token-${life}`);
      tenant.clock.advance(HOUR);
    }
    expect(events.filter(({ type }) => type.startsWith("store"))).toEqual([]);
  });

  test("a store is not bypassed if a revoked token was replaced by one that works", async () => {
    const store = memoryTokenStore();
    const tenant = stubTenant();
    const sources = times(3, () => createTokenSource({ ...tenant.options, store }));
    for (const source of sources) await source.getToken();
    const events = sources.flatMap(recordEvents);
    for (const source of sources) source.reject("token-1");
    for (const source of sources) await expect(source.getToken()).resolves.toBe("token-2");
    // The tokens of two hours are not rejected.
    for (const life of [3, 4]) {
      tenant.clock.advance(HOUR + SECOND);
      for (const source of sources) await expect(source.getToken()).resolves.toBe(`token-${life}`);
    }
    for (const source of sources) source.reject("token-4");
    for (const source of sources) await expect(source.getToken()).resolves.toBe("token-5");
    expect(tenant.exchanges).toHaveLength(5);
    expect(events.filter(({ type }) => type.startsWith("store"))).toEqual([]);
  });
});
