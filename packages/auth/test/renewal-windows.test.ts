import { describe, expect, test } from "vitest";
import { createTokenSource } from "../src/index.ts";
import { HOUR, MINUTE, nextMacrotask, recordEvents, SECOND, stubTenant, times } from "./support/tenant.ts";

describe("the renewal windows", () => {
  test("token sources that got their tokens together renew at different times in the first third of the soft window", async () => {
    const instants = await Promise.all(
      times(50, async () => {
        const tenant = stubTenant();
        const source = createTokenSource(tenant.options);
        await source.getToken();
        const events = recordEvents(source);
        tenant.clock.advance(HOUR - 5 * MINUTE - SECOND);
        for (let second = 0; second < 300; second += 1) {
          await source.getToken();
          await nextMacrotask();
          if (events.some(({ type }) => type === "exchange-started")) return second;
          tenant.clock.advance(SECOND);
        }
        throw new Error("the token was not renewed");
      }),
    );
    expect(new Set(instants).size).toBeGreaterThan(10);
    expect(Math.max(...instants)).toBeLessThanOrEqual(101);
  });
});
