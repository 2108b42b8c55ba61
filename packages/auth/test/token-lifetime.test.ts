import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenSource, memoryTokenStore } from "../src/index.ts";
import { DAY, HOUR, MINUTE, recordEvents, SECOND, STORE_KEY, stubTenant, times } from "./support/tenant.ts";

/** Returns what a token source makes of a token response with this `expires_in`, in JSON; "" leaves the field out. */
async function exchangeWith(expiresIn: string) {
  const tenant = stubTenant();
  const field = expiresIn && `,"expires_in":${expiresIn}`;
  tenant.onExchange = number => new Response(`{"access_token":"token-${number}","token_type":"Bearer"${field}}`);
  const source = createTokenSource(tenant.options);
  const events = recordEvents(source);
  const token = await source.getToken();
  const lifetimes = events.flatMap(event => (event.type === "exchange-succeeded" ? event.lifetimeMs : []));
  const assumed = events.flatMap(event => (event.type === "lifetime-assumed" ? event.lifetimeMs : []));
  return { tenant, source, token, lifetimes, assumed };
}

describe("the lifetime of a token", () => {
  test.each([
    ["3600", HOUR],
    ["1", SECOND],
    ["59.5", 59.5 * SECOND],
    ["86400", DAY],
    ['"3600"', HOUR],
    ['" 120 "', 2 * MINUTE],
    ['"59.5"', 59.5 * SECOND],
  ])("a token lives as long as its response states if expires_in is %s", async (expiresIn, lifetimeMs) => {
    const { token, lifetimes, assumed } = await exchangeWith(expiresIn);
    expect(token).toBe("token-1");
    expect(lifetimes).toEqual([lifetimeMs]);
    expect(assumed).toEqual([]);
  });

  test.each([
    "",
    "null",
    "0",
    "-0",
    "-3600",
    "0.5",
    "0.999",
    "1e-300",
    "-1e400",
    '""',
    '" "',
    '"soon"',
    '"NaN"',
    '"1h"',
  ])("a token lives an hour, which an event reports, if expires_in is %j", async expiresIn => {
    const { token, lifetimes, assumed } = await exchangeWith(expiresIn);
    expect(token).toBe("token-1");
    expect(lifetimes).toEqual([HOUR]);
    expect(assumed).toEqual([HOUR]);
  });

  test.each(["true", "[3600]", "{}", '{"seconds":60}'])(
    "a token lives an hour if expires_in is %s, which is not a number",
    async expiresIn => {
      expect(await exchangeWith(expiresIn)).toMatchObject({ lifetimes: [HOUR], assumed: [HOUR] });
    },
  );

  test.each(["86401", "3600000", "31536000", "315360000", "1e300", "1e400", '"1e300"', '"Infinity"'])(
    "a token lives a day, which an event reports, if expires_in is %s",
    async expiresIn => {
      const { tenant, source, lifetimes, assumed } = await exchangeWith(expiresIn);
      expect(lifetimes).toEqual([DAY]);
      expect(assumed).toEqual([DAY]);
      tenant.clock.advance(DAY);
      await expect(source.getToken()).resolves.toBe("token-2");
    },
  );

  test("a token lives from a second to a day for any expires_in, and a hundred requests cost one exchange", async () => {
    const numbers = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.double({ min: -2, max: 2 }));
    const texts = fc.oneof(numbers.map(String), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), numbers, texts), async expiresIn => {
        const { tenant, source, lifetimes } = await exchangeWith(JSON.stringify(expiresIn));
        expect(lifetimes).toHaveLength(1);
        expect(lifetimes[0]).toBeGreaterThanOrEqual(SECOND);
        expect(lifetimes[0]).toBeLessThanOrEqual(DAY);
        for (const token of await Promise.all(times(100, () => source.getToken()))) expect(token).toBe("token-1");
        expect(tenant.exchanges).toHaveLength(1);
      }),
    );
  });

  test("a token of the store is used for at most a day", async () => {
    for (const issued of [{}, { issuedAt: 0 }, { issuedAt: Date.UTC(2026, 0, 1) }]) {
      const store = memoryTokenStore();
      const tenant = stubTenant({ store });
      await store.set(STORE_KEY, { accessToken: "kept", tokenType: "Bearer", expiresAt: 1e300, ...issued });
      const source = createTokenSource(tenant.options);
      await expect(source.getToken()).resolves.toBe("kept");
      tenant.clock.advance(DAY);
      await expect(source.getToken()).resolves.toBe("token-1");
    }
  });
});
