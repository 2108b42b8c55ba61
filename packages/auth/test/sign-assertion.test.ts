import { jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenSource, signAssertion } from "../src/index.ts";
import { isBrowser } from "./support/runtime.ts";
import { CLIENT_ID, CLIENT_SECRET, recordEvents, stubTenant } from "./support/tenant.ts";

const identity = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
const decode = (part: string | undefined) => JSON.parse(atob((part ?? "").replace(/-/g, "+").replace(/_/g, "/")));

describe("signAssertion", () => {
  test("signs exactly the documented header and claims", async () => {
    const now = Date.UTC(2026, 0, 5, 9, 0, 0, 789);
    const [header, claims, ...rest] = (await signAssertion({ ...identity, now })).split(".");
    expect(atob(header ?? "")).toBe('{"alg":"HS256","typ":"JWT"}');
    expect(decode(claims)).toEqual({ sub: CLIENT_ID, iat: 1767603600, exp: 1767604200 });
    expect(rest).toHaveLength(1);
  });

  test("signs with the client secret by HMAC-SHA256", async () => {
    const key = new TextEncoder().encode(CLIENT_SECRET);
    await expect(jwtVerify(await signAssertion(identity), key, { algorithms: ["HS256"] })).resolves.toBeDefined();
    const other = new TextEncoder().encode(`${CLIENT_SECRET}x`);
    await expect(jwtVerify(await signAssertion(identity), other)).rejects.toThrow("signature");
  });

  test.each([0.4, 1767603600999.9, 1767603600001])(
    "signs an assertion that lives 600 s in whole seconds, at %d ms",
    async now => {
      const { iat, exp } = decode((await signAssertion({ ...identity, now })).split(".")[1]);
      expect(Number.isInteger(iat)).toBe(true);
      expect(exp - iat).toBe(600);
    },
  );

  test.each([300, 900, 3600])("signs an assertion that lives %d s", async lifetimeSeconds => {
    const { iat, exp } = decode((await signAssertion({ ...identity, lifetimeSeconds })).split(".")[1]);
    expect(exp - iat).toBe(lifetimeSeconds);
  });

  test.each([299, 3601, 0, -600, 600.5, Number.NaN])("rejects a lifetime of %d s", async lifetimeSeconds => {
    await expect(signAssertion({ ...identity, lifetimeSeconds })).rejects.toMatchObject({ code: "invalid_option" });
  });

  test("rejects a time of issue that is not a number", async () => {
    await expect(signAssertion({ ...identity, now: Number.NaN })).rejects.toMatchObject({ code: "invalid_option" });
  });

  test("signs with a secret of one character", async () => {
    await expect(signAssertion({ clientId: CLIENT_ID, clientSecret: "s" })).resolves.toMatch(/^e/);
  });

  test("rejects a secret that ends with a line break", async () => {
    await expect(signAssertion({ clientId: CLIENT_ID, clientSecret: "s\n" })).rejects.toMatchObject({
      name: "QBenchAuthError",
      code: "invalid_option",
    });
  });

  describe("if Web Crypto rejects the signature", () => {
    beforeEach(() => {
      const failure = new TypeError(`the key ${CLIENT_SECRET} is not valid`);
      vi.spyOn(crypto.subtle, "sign").mockImplementation(() => Promise.reject(failure));
    });
    afterEach(() => void vi.restoreAllMocks());

    const failed = {
      code: "assertion_failed",
      message: "jose: the assertion could not be signed (TypeError)",
    };

    test("fails with assertion_failed, without the text of the error", async () => {
      await expect(signAssertion(identity)).rejects.toMatchObject(failed);
    });

    test.skipIf(isBrowser)(
      "the token source fails with the same error after one attempt, and sends nothing",
      async () => {
        const tenant = stubTenant();
        const source = createTokenSource(tenant.options);
        const events = recordEvents(source);
        await expect(source.getToken()).rejects.toMatchObject(failed);
        expect(events.filter(({ type }) => type === "exchange-started")).toHaveLength(1);
        expect(tenant.exchanges).toHaveLength(0);
      },
    );
  });
});
