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
  ])("56. %s is taken as %s", (value, origin) => {
    expect(parseBaseUrl(value)).toBe(origin);
  });

  test.each([
    ["", "missing or blank"],
    ["  ", "missing or blank"],
    ["example.qbench.net", "not a URL"],
    ["ftp://example.qbench.net", "must begin with https://"],
    ["http://example.qbench.net", "must begin with https://"],
    ["http://127.example.com", "must begin with https://"],
    ["http://localhost.example.com", "must begin with https://"],
    ["https://user:hunter2@example.qbench.net", "user name or password"],
    ["https://example.qbench.net?tenant=1", "query or fragment"],
    ["https://example.qbench.net/?", "query or fragment"],
    ["https://example.qbench.net/#x", "query or fragment"],
    ["https://example.qbench.net/qbench/api/v2", "must not have a path"],
  ])("56. %j is refused: %s", async (value, problem) => {
    const error = await thrownBy(() => parseBaseUrl(value));
    expect(error).toBeInstanceOf(QBenchAuthError);
    expect(error).toMatchObject({ code: "invalid_option" });
    const { message } = error as QBenchAuthError;
    expect(message).toMatch(/^baseUrl \(QBENCH_URL\): [^\n]*https:\/\/example\.qbench\.net$/);
    expect(message).toContain(problem);
    expect(message).not.toContain("hunter2");
  });

  test("is called what the caller's setting is called", () => {
    expect(() => parseBaseUrl("x", "--from")).toThrow(/^--from: not a URL/);
  });
});

describe("options are refused before anything is sent", () => {
  type Refused = [string, Partial<Record<keyof AuthOptions, unknown>>, RegExp];
  const refusedSecrets: Refused[] = [
    ["57. no secret", { clientSecret: undefined }, /^clientSecret \(QBENCH_CLIENT_SECRET\): missing or blank/],
    ["57. an empty secret", { clientSecret: "" }, /^clientSecret \(QBENCH_CLIENT_SECRET\): missing or blank/],
    ["57. a blank secret", { clientSecret: " \t" }, /^clientSecret \(QBENCH_CLIENT_SECRET\): missing or blank/],
    ["57. a secret with a line end", { clientSecret: `${CLIENT_SECRET}\n` }, /white space or a line break/],
    ["57. a secret with a leading blank", { clientSecret: ` ${CLIENT_SECRET}` }, /white space or a line break/],
  ];
  const refused: Refused[] = [
    ...(isBrowser ? [] : refusedSecrets),
    ["no client id", { clientId: undefined }, /^clientId \(QBENCH_CLIENT_ID\): missing or blank/],
    ["a blank client id", { clientId: " " }, /^clientId \(QBENCH_CLIENT_ID\): missing or blank/],
    ["a time limit of 0", { timeoutMs: 0 }, /^timeoutMs: /],
    ["a fractional time limit", { timeoutMs: 1.5 }, /^timeoutMs: /],
    ["a time limit no timer can hold", { timeoutMs: 2 ** 31 }, /^timeoutMs: /],
    ["an unknown encoding", { tokenEncoding: "json" }, /^tokenEncoding: /],
    ["a token path on another host", { tokenPath: "//attacker.example/token" }, /^tokenPath: /],
    ["a token path with backslashes", { tokenPath: "/\\attacker.example/token" }, /^tokenPath: /],
    ["a token URL for a path", { tokenPath: "https://attacker.example/token" }, /^tokenPath: /],
    ["a clock without now", { clock: {} }, /^clock: /],
    ["a fetch that is none", { fetch: "fetch" }, /^fetch: /],
  ];

  test.each(refused)("%s", async (_, overrides, message) => {
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

  test.skipIf(isBrowser)("a message about the client says where QBench keeps its settings", () => {
    expect(() => createTokenSource({ ...stubTenant().options, clientSecret: "" })).toThrow(
      "Configuration > Application > Developer > Settings > API Clients",
    );
  });
});

test("the types take what the documentation says and no more", () => {
  expectTypeOf(createTokenSource).parameter(0).toEqualTypeOf<AuthOptions>();
  expectTypeOf(createAuthMiddleware).parameter(0).toEqualTypeOf<AuthOptions | TokenSource>();
  expectTypeOf<DateConstructor>().toExtend<NonNullable<AuthOptions["clock"]>>();
  expectTypeOf<typeof globalThis.fetch>().toExtend<NonNullable<AuthOptions["fetch"]>>();
  expectTypeOf<{ baseUrl: string; clientId: string; clientSecret: string }>().toExtend<AuthOptions>();
  expectTypeOf<{ baseUrl: string; clientId: string; clientSecret: number }>().not.toExtend<AuthOptions>();
  expectTypeOf<QBenchAuthError["code"]>().not.toEqualTypeOf<string>();
  expectTypeOf<"invalid_grant" | "timeout" | "closed">().toExtend<QBenchAuthError["code"]>();
});
