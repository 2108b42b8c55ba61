import { jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { signAssertion } from "../src/index.ts";
import { CLIENT_ID, CLIENT_SECRET } from "./support/tenant.ts";

const identity = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
const decode = (part: string | undefined) => JSON.parse(atob((part ?? "").replace(/-/g, "+").replace(/_/g, "/")));

describe("an assertion", () => {
  test("has exactly the guide's header and claims (guide rules 4 and 5)", async () => {
    const now = Date.UTC(2026, 0, 5, 9, 0, 0, 789);
    const [header, claims, ...rest] = (await signAssertion({ ...identity, now })).split(".");
    expect(atob(header ?? "")).toBe('{"alg":"HS256","typ":"JWT"}');
    expect(decode(claims)).toEqual({ sub: CLIENT_ID, iat: 1767603600, exp: 1767604200 });
    expect(rest).toHaveLength(1);
  });

  test("is signed with the client secret by HMAC-SHA256 (guide rule 6)", async () => {
    const key = new TextEncoder().encode(CLIENT_SECRET);
    await expect(jwtVerify(await signAssertion(identity), key, { algorithms: ["HS256"] })).resolves.toBeDefined();
    const other = new TextEncoder().encode(`${CLIENT_SECRET}x`);
    await expect(jwtVerify(await signAssertion(identity), other)).rejects.toThrow("signature");
  });

  test.each([0.4, 1767603600999.9, 1767603600001])("35. lives 600 s in whole seconds, at %d", async now => {
    const { iat, exp } = decode((await signAssertion({ ...identity, now })).split(".")[1]);
    expect(Number.isInteger(iat)).toBe(true);
    expect(exp - iat).toBe(600);
  });

  test.each([300, 900, 3600])("can live %d s", async lifetimeSeconds => {
    const { iat, exp } = decode((await signAssertion({ ...identity, lifetimeSeconds })).split(".")[1]);
    expect(exp - iat).toBe(lifetimeSeconds);
  });

  test.each([299, 3601, 0, -600, 600.5, Number.NaN])("can't live %d s (guide rule 5)", async lifetimeSeconds => {
    await expect(signAssertion({ ...identity, lifetimeSeconds })).rejects.toMatchObject({ code: "invalid_option" });
  });

  test("can't be dated with something that is no time", async () => {
    await expect(signAssertion({ ...identity, now: Number.NaN })).rejects.toMatchObject({ code: "invalid_option" });
  });

  test("can be signed with a short secret", async () => {
    await expect(signAssertion({ clientId: CLIENT_ID, clientSecret: "s" })).resolves.toMatch(/^e/);
  });

  test("57. needs a secret without white space around it", async () => {
    await expect(signAssertion({ clientId: CLIENT_ID, clientSecret: "s\n" })).rejects.toMatchObject({
      name: "QBenchAuthError",
      code: "invalid_option",
    });
  });
});
