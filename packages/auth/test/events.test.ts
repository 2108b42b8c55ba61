import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource } from "../src/index.ts";
import { refreshingTenant } from "./support/refreshing-tenant.ts";
import { HOUR, json, recordEvents, stubTenant, tokenResponse } from "./support/tenant.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("events", () => {
  test("a listener that throws or calls getToken does not affect the token source", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const tokens: Promise<string>[] = [];
    source.on(() => {
      tokens.push(source.getToken());
      throw new Error("a faulty listener");
    });
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(new Set(await Promise.all(tokens))).toEqual(new Set(["token-1"]));
    expect(tenant.exchanges).toHaveLength(1);
  });

  test("the event token-rejected says whether the token was current and whether the request is replayed", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    const events = recordEvents(source);
    source.reject("older");
    source.reject("token-1");
    source.reject("token-1", { willReplay: true });
    expect(events).toEqual([
      { type: "token-rejected", isCurrent: false, willReplay: false },
      { type: "token-rejected", isCurrent: true, willReplay: false },
      { type: "token-rejected", isCurrent: false, willReplay: true },
    ]);
  });

  test("the events of an exchange report its duration and the lifetime of the token", async () => {
    const tenant = stubTenant();
    tenant.onExchange = number => {
      tenant.clock.advance(2500);
      return tokenResponse(number);
    };
    const source = createTokenSource(tenant.options);
    const events = recordEvents(source);
    await source.getToken();
    expect(events).toEqual([
      { type: "exchange-started", grant: "jwt-bearer", attempt: 1 },
      { type: "exchange-succeeded", grant: "jwt-bearer", attempt: 1, durationMs: 2500, lifetimeMs: HOUR },
    ]);
  });

  test("the events of a failed refresh hold no secret", async () => {
    const { options, state, tenant } = refreshingTenant();
    const source = createTokenSource(options);
    const events = recordEvents(source);
    await source.getToken();
    source.reject("token-1");
    tenant.clock.advance(HOUR);
    state.onRefresh = async () =>
      json({ error: "invalid_grant", error_description: "refresh-1 cookie-1" }, { status: 400 });
    await source.getToken();
    expect(events.map(({ type }) => type)).toEqual([
      "exchange-started",
      "exchange-succeeded",
      "token-rejected",
      "exchange-started",
      "exchange-failed",
      "exchange-started",
      "exchange-succeeded",
    ]);
    expect(JSON.stringify(events)).not.toMatch(/token-\d|refresh-\d|cookie-\d|sentinel/);
  });

  test("a removed listener is not called", async () => {
    const source = createTokenSource(stubTenant().options);
    const listener = vi.fn();
    source.on(listener)();
    await source.getToken();
    expect(listener).not.toHaveBeenCalled();
  });
});
