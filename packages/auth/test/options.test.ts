import { describe, expect, expectTypeOf, test } from "vitest";
import {
  type AuthOptions,
  createAuthMiddleware,
  createTokenSource,
  QBenchAuthError,
  type TokenSource,
} from "../src/index.ts";
import { parseBaseUrl } from "../src/internal.ts";
import { isBrowser } from "./support/runtime.ts";
import { CLIENT_SECRET, stubTenant, thrownBy } from "./support/tenant.ts";

describe("a base URL", () => {
  test.each([
    ["https://example.qbench.net", "https://example.qbench.net"],
    ["https://example.qbench.net/", "https://example.qbench.net"],
    ["HTTPS://Example.QBench.net:443", "https://example.qbench.net"],
    ["http://localhost:4010", "http://localhost:4010"],
    ["http://lab.localhost:4010", "http://lab.localhost:4010"],
    ["http://127.0.0.1:4010", "http://127.0.0.1:4010"],
    ["http://127.1.2.3", "http://127.1.2.3"],
    ["http://[::1]:4010", "http://[::1]:4010"],
  ])("parseBaseUrl reads %s as %s", (value, origin) => {
    expect(parseBaseUrl(value)).toBe(origin);
  });

  test.each([
    ["", "is missing or blank"],
    ["  ", "is missing or blank"],
    ["example.qbench.net", "is not a URL"],
    ["ftp://example.qbench.net", "must begin with https://"],
    ["http://example.qbench.net", "must begin with https://"],
    ["http://127.example.com", "must begin with https://"],
    ["http://localhost.example.com", "must begin with https://"],
    ["https://user:hunter2@example.qbench.net", "user name or password"],
    ["https://example.qbench.net?tenant=1", "query or fragment"],
    ["https://example.qbench.net/?", "query or fragment"],
    ["https://example.qbench.net/#x", "query or fragment"],
    ["https://example.qbench.net/qbench/api/v2", "must not have a path"],
  ])('parseBaseUrl rejects %j with "%s"', async (value, problem) => {
    const error = await thrownBy(() => parseBaseUrl(value));
    expect(error).toBeInstanceOf(QBenchAuthError);
    expect(error).toMatchObject({ code: "invalid_option" });
    const { message } = error as QBenchAuthError;
    expect(message).toMatch(/^baseUrl \(QBENCH_URL\): [^\n]*https:\/\/example\.qbench\.net$/);
    expect(message).toContain(problem);
    expect(message).not.toContain("hunter2");
  });

  test("parseBaseUrl names the given setting in its message", () => {
    expect(() => parseBaseUrl("x", "--from")).toThrow(/^--from: is not a URL/);
  });
});

describe("invalid options", () => {
  type Invalid = [string, Partial<Record<keyof AuthOptions, unknown>>, RegExp];
  const invalidSecrets: Invalid[] = [
    ["a missing secret", { clientSecret: undefined }, /^clientSecret \(QBENCH_CLIENT_SECRET\): is missing or blank/],
    ["an empty secret", { clientSecret: "" }, /^clientSecret \(QBENCH_CLIENT_SECRET\): is missing or blank/],
    ["a blank secret", { clientSecret: " \t" }, /^clientSecret \(QBENCH_CLIENT_SECRET\): is missing or blank/],
    ["a secret with a line break", { clientSecret: `${CLIENT_SECRET}\n` }, /white space or a line break/],
    ["a secret with leading white space", { clientSecret: ` ${CLIENT_SECRET}` }, /white space or a line break/],
  ];
  const invalid: Invalid[] = [
    ...(isBrowser ? [] : invalidSecrets),
    ["a missing client id", { clientId: undefined }, /^clientId \(QBENCH_CLIENT_ID\): is missing or blank/],
    ["a blank client id", { clientId: " " }, /^clientId \(QBENCH_CLIENT_ID\): is missing or blank/],
    ["a time limit of 0", { timeoutMs: 0 }, /^timeoutMs: /],
    ["a fractional time limit", { timeoutMs: 1.5 }, /^timeoutMs: /],
    ["a time limit above the maximum of timers", { timeoutMs: 2 ** 31 }, /^timeoutMs: /],
    ["an unknown encoding", { tokenEncoding: "json" }, /^tokenEncoding: /],
    ["a token path on another host", { tokenPath: "//attacker.example/token" }, /^tokenPath: /],
    ["a token path with backslashes", { tokenPath: "/\\attacker.example/token" }, /^tokenPath: /],
    ["a token path that is a URL", { tokenPath: "https://attacker.example/token" }, /^tokenPath: /],
    ["a clock without now", { clock: {} }, /^clock: /],
    ["a fetch that is not a function", { fetch: "fetch" }, /^fetch: /],
  ];

  test.each(invalid)("rejects %s before anything is sent", async (_, overrides, message) => {
    const tenant = stubTenant();
    const options = { ...tenant.options, ...overrides } as AuthOptions;
    for (const create of [createTokenSource, createAuthMiddleware]) {
      const error = await thrownBy(() => create(options));
      expect(error).toMatchObject({ name: "QBenchAuthError", code: "invalid_option" });
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toMatch(/\n|sentinel/);
    }
    expect(tenant.exchanges).toHaveLength(0);
  });

  test.skipIf(isBrowser)("names the QBench page of the API clients in the message about a secret", () => {
    expect(() => createTokenSource({ ...stubTenant().options, clientSecret: "" })).toThrow(
      "Configuration > Application > Developer > Settings > API Clients",
    );
  });
});

test("the types accept exactly the documented options", () => {
  expectTypeOf(createTokenSource).parameter(0).toEqualTypeOf<AuthOptions>();
  expectTypeOf(createAuthMiddleware).parameter(0).toEqualTypeOf<AuthOptions | TokenSource>();
  expectTypeOf<DateConstructor>().toExtend<NonNullable<AuthOptions["clock"]>>();
  expectTypeOf<typeof globalThis.fetch>().toExtend<NonNullable<AuthOptions["fetch"]>>();
  expectTypeOf<{ baseUrl: string; clientId: string; clientSecret: string }>().toExtend<AuthOptions>();
  expectTypeOf<{ baseUrl: string; clientId: string; clientSecret: number }>().not.toExtend<AuthOptions>();
  expectTypeOf<QBenchAuthError["code"]>().not.toEqualTypeOf<string>();
  expectTypeOf<"invalid_grant" | "timeout" | "closed">().toExtend<QBenchAuthError["code"]>();
});
