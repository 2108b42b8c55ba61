import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource } from "../src/index.ts";
import {
  advanceUntil,
  HOUR,
  installFakeTimers,
  SECOND,
  stubTenant,
  thrownBy,
  tokenResponse,
} from "./support/tenant.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("a clock that jumps", () => {
  test("renews the token after the clock jumped two hours ahead", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.advance(2 * HOUR);
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("uses a token for at most an hour although the clock was set back by two hours", async () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.advance(-2 * HOUR);
    await expect(source.getToken()).resolves.toBe("token-1");
    tenant.clock.advance(HOUR - 10 * SECOND);
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("renews by the monotonic clock if the wall clock stands still", async () => {
    const tenant = stubTenant();
    let monotonic = 5;
    const clock = { now: tenant.clock.now, monotonic: () => monotonic };
    const source = createTokenSource({ ...tenant.options, clock });
    await source.getToken();
    monotonic += HOUR;
    await expect(source.getToken()).resolves.toBe("token-2");
  });

  test("fails after a sleep without network, and recovers with the network", async () => {
    installFakeTimers();
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.advance(3 * HOUR);
    tenant.onExchange = () => {
      throw new TypeError("fetch failed");
    };
    const error = thrownBy(() => source.getToken());
    await advanceUntil(() => tenant.exchanges.length === 5);
    expect(await error).toMatchObject({ code: "connection_failed" });
    tenant.onExchange = number => tokenResponse(number);
    await expect(source.getToken()).resolves.toBe("token-6");
  });
});
