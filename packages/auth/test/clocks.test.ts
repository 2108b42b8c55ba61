import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource } from "../src/index.ts";
import { isBrowser } from "./support/runtime.ts";
import {
  advanceUntil,
  HOUR,
  installFakeTimers,
  json,
  MINUTE,
  recordEvents,
  SECOND,
  stubTenant,
  thrownBy,
  tokenResponse,
  withFakeTimers,
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

// In a page, the caller's own server dates assertions.
describe.skipIf(isBrowser)("a correction of the clock", () => {
  const setUp = () => {
    const tenant = stubTenant();
    const source = createTokenSource(tenant.options);
    const events = recordEvents(source);
    /** Rejects an assertion, by a clock that is ahead. */
    const reject = (aheadMs: number, headers = {}) =>
      json(
        { error: "invalid_grant" },
        { status: 400, headers: { Date: new Date(tenant.clock.now() + aheadMs).toUTCString(), ...headers } },
      );
    return {
      tenant,
      source,
      reject,
      /** The offsets of all corrections, in whole minutes. */
      corrections: () =>
        events.flatMap(event => (event.type === "clock-corrected" ? Math.round(event.offsetMs / MINUTE) : [])),
      /** How far each assertion was dated ahead of the clock of now, in whole minutes. */
      assertionTimes: () =>
        tenant.exchanges.map(({ form }) => {
          const [, claims = ""] = form.get("assertion")?.split(".") ?? [];
          const { iat } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
          return Math.round((iat * 1000 - tenant.clock.now()) / MINUTE);
        }),
    };
  };

  test("a correction that does not help is taken back, and the next assertion is dated by the local clock", async () => {
    const { tenant, source, reject, corrections, assertionTimes } = setUp();
    tenant.onExchange = () => reject(6 * MINUTE);
    expect(await thrownBy(() => source.getToken())).toMatchObject({ code: "invalid_grant" });
    expect(assertionTimes()).toEqual([0, 6]);
    expect(corrections()).toEqual([6, 0]);
    tenant.onExchange = number => tokenResponse(number);
    tenant.clock.advance(MINUTE);
    await expect(source.getToken()).resolves.toBe("token-3");
    expect(assertionTimes().at(-1)).toBe(0);
  });

  test("a correction that helped stays, although later credentials and corrections are rejected", async () => {
    const { tenant, source, reject, corrections, assertionTimes } = setUp();
    tenant.onExchange = number => (number === 1 ? reject(6 * MINUTE) : tokenResponse(number));
    await expect(source.getToken()).resolves.toBe("token-2");
    expect(corrections()).toEqual([6]);
    // The same server, which rejects the credentials, and then a proxy with another clock.
    for (const aheadMs of [6 * MINUTE, 60 * MINUTE]) {
      tenant.onExchange = () => reject(aheadMs);
      tenant.clock.advance(HOUR);
      await thrownBy(() => source.getToken());
    }
    expect(corrections()).toEqual([6, 60, 6]);
    tenant.onExchange = number => tokenResponse(number);
    tenant.clock.advance(MINUTE);
    await source.getToken();
    expect(assertionTimes().at(-1)).toBe(6);
  });

  test("a correction is kept through failures that say nothing about it, until an assertion is rejected", async () => {
    const { tenant, source, reject, corrections } = setUp();
    tenant.onExchange = number => (number === 1 ? reject(6 * MINUTE) : new Response(null, { status: 503 }));
    await withFakeTimers(() => thrownBy(() => source.getToken()));
    expect(corrections()).toEqual([6]);
    tenant.clock.advance(MINUTE);
    tenant.onExchange = () => reject(6 * MINUTE);
    await thrownBy(() => source.getToken());
    expect(corrections()).toEqual([6, 0]);
  });

  test("the clock is corrected once in a renewal, although each response shows another difference", async () => {
    const { tenant, source, reject, corrections } = setUp();
    tenant.onExchange = number => (number < 10 ? reject(number * 6 * MINUTE) : tokenResponse(number));
    await thrownBy(() => source.getToken());
    expect(corrections()).toEqual([6, 0]);
  });

  test("a correction after a 401 that does not help is taken back", async () => {
    const { tenant, source, reject, corrections } = setUp();
    tenant.onExchange = () => new Response(null, { status: 401, headers: reject(6 * MINUTE).headers });
    await thrownBy(() => source.getToken());
    expect(corrections()).toEqual([6, 0]);
  });

  test.each(["0", "360"])("no clock is corrected by a response with the Age %s, which a cache kept", async age => {
    const { tenant, source, reject, corrections } = setUp();
    tenant.onExchange = () => reject(-6 * MINUTE, { Age: age });
    expect(await thrownBy(() => source.getToken())).toMatchObject({ code: "invalid_grant" });
    expect(corrections()).toEqual([]);
    expect(tenant.exchanges).toHaveLength(1);
  });
});
