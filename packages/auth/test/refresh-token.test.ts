import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource, memoryTokenStore, type TokenSet } from "../src/index.ts";
import { refreshingTenant } from "./support/refreshing-tenant.ts";
import { isBrowser } from "./support/runtime.ts";
import { DAY, HOUR, json, STORE_KEY, times, tokenResponse } from "./support/tenant.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("renewal by refresh token", () => {
  test.skipIf(isBrowser)("replaces the refresh token and its cookie together, and sends none twice", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    for (let hour = 0; hour < 5; hour += 1) {
      await expect(source.getToken()).resolves.toBe(`token-${hour + 1}`);
      tenant.clock.advance(HOUR);
    }
    expect(state).toMatchObject({ assertions: 1, refreshes: 4, reuses: 0 });
  });

  test.skipIf(isBrowser).each([
    ["a refresh token", { refresh_token: undefined }, "jid=cookie-9"],
    ["the cookie jid", {}, "other=1"],
    ["a cookie that can be sent", {}, "jid=bad value"],
  ])("renews by assertion after a response without %s", async (_, fields, cookie) => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.advance(HOUR);
    state.onRefresh = async () => {
      const response = tokenResponse(9, fields);
      response.headers.append("Set-Cookie", cookie);
      return response;
    };
    await expect(source.getToken()).resolves.toBe("token-9");
    tenant.clock.advance(HOUR);
    await source.getToken();
    expect(state).toMatchObject({ assertions: 2, refreshes: 1 });
  });

  test.each([400, 401])(
    "follows a refresh token rejected with %d by an assertion in the same renewal",
    async status => {
      const { options, state, tenant } = refreshingTenant();
      const source = createTokenSource(options);
      await source.getToken();
      tenant.clock.advance(HOUR);
      state.onRefresh = async () => json({ error: "invalid_grant" }, { status });
      await expect(Promise.all(times(10, () => source.getToken()))).resolves.toEqual(times(10, () => "token-2"));
      expect(state).toMatchObject({ assertions: 2, refreshes: 1 });
    },
  );

  test("does not send a refresh token again after the connection broke", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.advance(HOUR);
    state.onRefresh = async () => {
      throw new TypeError("socket hang up");
    };
    await expect(source.getToken()).resolves.toBe("token-2");
    state.onRefresh = undefined;
    tenant.clock.advance(HOUR);
    await expect(source.getToken()).resolves.toBe("token-3");
    expect(state).toMatchObject({ refreshes: 2, reuses: 0 });
  });

  test("recovers from a used refresh token in the store, which the server rejects once", async () => {
    const store = memoryTokenStore();
    const { options, state, spent, tenant } = refreshingTenant({ store });
    spent.add("refresh-7");
    const at = tenant.clock.now();
    await store.set(STORE_KEY, {
      accessToken: "old",
      tokenType: "Bearer",
      issuedAt: at - HOUR,
      expiresAt: at,
      refreshToken: "refresh-7",
      refreshCookie: "cookie-7",
      refreshExpiresAt: at + DAY,
    });
    await expect(createTokenSource(options).getToken()).resolves.toBe("token-1");
    expect(state).toMatchObject({ refreshes: 1, assertions: 1 });
  });

  test.skipIf(isBrowser)("removes the record from the store before it sends the refresh token", async () => {
    const store = memoryTokenStore();
    const { options, state, tenant, issue } = refreshingTenant({ store });
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.advance(HOUR);
    let seen: TokenSet | undefined | "nothing" = "nothing";
    state.onRefresh = async () => {
      seen = await store.get(STORE_KEY);
      return issue();
    };
    await source.getToken();
    expect(seen).toBeUndefined();
    expect(await store.get(STORE_KEY)).toMatchObject({
      accessToken: "token-2",
      refreshToken: "refresh-2",
      refreshCookie: "cookie-2",
    });
  });

  test("uses the newer record of another process after a rejected refresh", async () => {
    const memory = memoryTokenStore();
    const { lock: _, ...store } = memory;
    const { options, state, tenant } = refreshingTenant({ store });
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.advance(HOUR);
    state.onRefresh = async () => {
      const at = tenant.clock.now();
      await store.set(STORE_KEY, { accessToken: "theirs", tokenType: "Bearer", issuedAt: at, expiresAt: at + HOUR });
      return json({ error: "invalid_grant" }, { status: 400 });
    };
    await expect(source.getToken()).resolves.toBe("theirs");
    expect(state.assertions).toBe(1);
  });

  test("does not send a refresh token that is seven days old", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    await source.getToken();
    tenant.clock.advance(7 * DAY);
    await source.getToken();
    expect(state).toMatchObject({ refreshes: 0, assertions: 2 });
  });

  test.skipIf(isBrowser)("uses no refresh token twice in seven days of hourly renewals", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    for (let hour = 0; hour < 7 * 24; hour += 1) {
      await source.getToken();
      tenant.clock.advance(HOUR);
    }
    expect(state).toMatchObject({ assertions: 1, refreshes: 167, reuses: 0 });
  });

  test("stores no refresh token if it renews by assertion", async () => {
    const store = memoryTokenStore();
    const { options } = refreshingTenant({ store, renewal: "assertion" });
    await createTokenSource(options).getToken();
    expect(Object.keys((await store.get(STORE_KEY)) ?? {}).sort()).toEqual([
      "accessToken",
      "expiresAt",
      "issuedAt",
      "tokenType",
    ]);
  });
});
