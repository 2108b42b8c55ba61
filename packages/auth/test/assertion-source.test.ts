import { describe, expect, test, vi } from "vitest";
import { createTokenSource } from "../src/index.ts";
import { isBrowser } from "./support/runtime.ts";
import { HOUR, stubTenant, thrownBy } from "./support/tenant.ts";

describe("the assertion function", () => {
  test("calls the assertion function for each exchange, and sends its result unchanged", async () => {
    const assertion = vi.fn(async () => "aa.bb.cc");
    const tenant = stubTenant({ clientSecret: undefined, assertion });
    const source = createTokenSource(tenant.options);
    await source.getToken();
    tenant.clock.advance(HOUR);
    await source.getToken();
    expect(tenant.exchanges.map(({ form }) => form.get("assertion"))).toEqual(["aa.bb.cc", "aa.bb.cc"]);
    expect(assertion).toHaveBeenCalledTimes(2);
  });

  test.each([
    ["that fails", async () => Promise.reject(new TypeError("sentinel-cause"))],
    ["that returns no JWT", async () => "<html>"],
  ])("fails without an exchange because of an assertion function %s", async (_, assertion) => {
    const tenant = stubTenant({ clientSecret: undefined, assertion });
    const error = await thrownBy(() => createTokenSource(tenant.options).getToken());
    expect(error).toMatchObject({ code: "assertion_failed", message: expect.stringContaining("assertion:") });
    expect(String(error)).not.toContain("sentinel");
    expect(tenant.exchanges).toHaveLength(0);
  });

  test.skipIf(isBrowser)("rejects a clientSecret together with an assertion function", () => {
    const tenant = stubTenant({ assertion: async () => "a.b.c" });
    expect(() => createTokenSource(tenant.options)).toThrow("must not both be set");
  });
});
