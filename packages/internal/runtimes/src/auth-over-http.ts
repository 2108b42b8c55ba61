/** The token lifecycle over real connections, by the runtime's own fetch. */
import {
  type AuthOptions,
  createAuthMiddleware,
  createTokenSource,
  QBenchAuthError,
  ReplayableRequest,
  type TokenSource,
} from "@qbench-sdk/auth";
import type { EmulatorOptions } from "@qbench-sdk/emulator";
import createClient, { type Client, type ClientOptions } from "openapi-fetch";
import { describe, expect, test } from "vitest";
import { isBrowser } from "../../../auth/test/support/runtime.ts";
import { type Lab, startLab } from "./lab.ts";

interface TestPaths {
  "/qbench/api/v2/customers": {
    get: { responses: { 200: { content: { "application/json": { data: unknown[] } } } } };
    post: {
      requestBody: { content: { "application/json": { customer_name: string }[] } };
      responses: { 200: { content: { "application/json": { data: { customer_name: string }[] } } } };
    };
  };
}

const CUSTOMERS = "/qbench/api/v2/customers";
const HOUR = 3_600_000;

interface SetUp {
  lab: Lab;
  source: TokenSource;
  client: Client<TestPaths>;
  /** Lets time pass here and there. */
  pass(ms: number): Promise<void>;
}

async function setUp(
  options: Partial<AuthOptions> = {},
  emulator: EmulatorOptions = {},
  clientOptions: ClientOptions = { Request: ReplayableRequest },
): Promise<SetUp> {
  const lab = await startLab(emulator);
  let aheadMs = 0;
  const source = createTokenSource({
    baseUrl: lab.url,
    clientId: lab.clientId,
    clock: { now: () => Date.now() + aheadMs },
    // A page has no secret.
    ...(isBrowser ? { assertion: lab.assertion } : { clientSecret: lab.clientSecret }),
    ...options,
  });
  const client = createClient<TestPaths>({ baseUrl: lab.url, ...clientOptions });
  client.use(createAuthMiddleware(source));
  const pass = async (ms: number) => {
    aheadMs += ms;
    await lab.pass(ms);
  };
  return { lab, source, client, pass };
}

// A POST over a kept connection that breaks before the answer is sent again by these themselves, and no page or program can
// keep them from it.
const resendsPosts = isBrowser || "Deno" in globalThis;

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const statuses = (results: { response: Response }[]): number[] => results.map(({ response }) => response.status);

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof QBenchAuthError ? error.code : String(error);
  }
}

describe("over HTTP", () => {
  test("1. many first calls make one exchange", async () => {
    const { lab, client } = await setUp();
    expect(statuses(await Promise.all(times(10, () => client.GET(CUSTOMERS))))).toEqual(times(10, () => 200));
    expect(await lab.stats()).toMatchObject({ exchanges: 1, rejectedTokens: 0 });
  });

  test.each([400, 401] as const)(
    "3. calls refused together, by %d, make one exchange and are sent again",
    async status => {
      const { lab, client } = await setUp({}, { tokens: { rejectedTokenStatus: status } });
      await client.GET(CUSTOMERS);
      await lab.revokeTokens();
      expect(statuses(await Promise.all(times(5, () => client.GET(CUSTOMERS))))).toEqual(times(5, () => 200));
      expect(await lab.stats()).toMatchObject({ exchanges: 2, rejectedTokens: 5 });
    },
  );

  test("16. what is wrong with a call itself is told to the caller, and costs no token", async () => {
    const { lab, client } = await setUp();
    const { error, response } = await client.POST(CUSTOMERS, { body: [] });
    expect(response.status).toBe(400);
    expect(error).toHaveProperty("error_type");
    expect(await lab.stats()).toMatchObject({ exchanges: 1 });
  });

  test.each([
    ["openapi-fetch's own Request", {}],
    ["a ReplayableRequest", { Request: ReplayableRequest }],
  ])("19. JSON is sent again with the same bytes, and done once, by %s", async (_, clientOptions) => {
    const { lab, client } = await setUp({}, {}, clientOptions);
    await client.GET(CUSTOMERS);
    await lab.revokeTokens();
    const { data } = await client.POST(CUSTOMERS, { body: [{ customer_name: "größer · ✓" }] });
    expect(data?.data).toHaveLength(1);
    expect(data?.data[0]).toMatchObject({ customer_name: "größer · ✓" });
    expect((await lab.stats()).byOperation[`POST ${CUSTOMERS}`]).toBe(1);
  });

  test("36. and 47. a day of hourly renewal by refresh token and cookie needs one assertion, and uses no token twice", async () => {
    const { lab, client, pass } = await setUp({ renewal: "refresh-token" });
    for (let hour = 0; hour < 24; hour += 1) {
      expect((await client.GET(CUSTOMERS)).response.status).toBe(200);
      await pass(HOUR);
    }
    expect(await lab.stats()).toMatchObject({ exchanges: 1, refreshes: 23, refreshReuses: 0, rejectedTokens: 0 });
  });

  test("39. a refresh token that is refused costs the caller nothing", async () => {
    const { lab, client, pass } = await setUp({ renewal: "refresh-token" });
    await client.GET(CUSTOMERS);
    await pass(HOUR);
    await lab.addFault({ on: "refresh", status: 400, times: 1 });
    expect((await client.GET(CUSTOMERS)).response.status).toBe(200);
    expect(await lab.stats()).toMatchObject({ exchanges: 2, refreshes: 0, refreshReuses: 0 });
  });

  test("40. a refresh token whose answer was lost is not sent again", async () => {
    const { lab, client, pass } = await setUp({ renewal: "refresh-token" });
    await client.GET(CUSTOMERS);
    await pass(HOUR);
    await lab.addFault({ on: "refresh", cut: "after", times: 1 });
    expect((await client.GET(CUSTOMERS)).response.status).toBe(200);
    expect(await lab.stats()).toMatchObject({ exchanges: 2, refreshes: 1, refreshReuses: resendsPosts ? 1 : 0 });
  });

  test("49. a token endpoint that hangs ends with the time limit", async () => {
    const { lab, source } = await setUp({ timeoutMs: 100 });
    await lab.addFault({ on: "token", latencyMs: 20_000 });
    expect(await codeOf(source.getToken())).toBe("timeout");
  });

  test.each(["before", "during"] as const)("51. a connection that is cut %s the answer is tried again", async cut => {
    const { lab, source } = await setUp();
    await lab.addFault({ on: "token", cut, times: 1 });
    await expect(source.getToken()).resolves.toEqual(expect.any(String));
  });

  test("52. a client that is refused is told so, and not asked for again", async () => {
    const { lab, source } = await setUp(
      isBrowser
        ? { assertion: async () => "eyJhbGciOiJIUzI1NiJ9.e30.c2ln" }
        : { clientSecret: "wrong-but-long-enough-to-be-a-secret-01" },
    );
    const first = await codeOf(source.getToken());
    expect(first).toBe("invalid_grant");
    expect(await codeOf(source.getToken())).toBe(first);
    expect(await lab.stats()).toMatchObject({ rejectedGrants: 1 });
  });

  test.each([302, 307, 308] as const)(
    "55. a redirect of the token endpoint, by %d, is refused",
    async redirectStatus => {
      const { lab, source } = await setUp();
      await lab.addFault({ on: "token", redirect: lab.witness, redirectStatus });
      expect(await codeOf(source.getToken())).toBe("unexpected_redirect");
      expect(await lab.witnessed()).toEqual([]);
    },
  );

  test("58. no token reaches another origin by a redirect of the API", async () => {
    const { lab, client } = await setUp();
    await lab.addFault({ on: "api", redirect: lab.witness });
    // A page is not told of it when the redirect itself is refused to it.
    await client.GET(CUSTOMERS).catch(() => undefined);
    expect((await lab.witnessed()).filter(authorization => authorization !== null)).toEqual([]);
    expect(await lab.stats()).toMatchObject({ exchanges: 1 });
  });

  test("60. one of several that wait gives up, alone and at once", async () => {
    const { lab, source } = await setUp();
    await lab.addFault({ on: "token", latencyMs: 200 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const leaver = source.getToken({ signal: controller.signal }).catch(error => error);
    const others = times(9, () => source.getToken());
    controller.abort(reason);
    expect(await leaver).toBe(reason);
    expect(new Set(await Promise.all(others)).size).toBe(1);
    expect(await lab.stats()).toMatchObject({ exchanges: 1 });
  });

  test.runIf(isBrowser)("a page is told that it must have no secret, before anything is sent", async () => {
    const { url: baseUrl, clientId, clientSecret, ...lab } = await startLab();
    const make = () => createTokenSource({ baseUrl, clientId, clientSecret });
    expect(make).toThrow(QBenchAuthError);
    expect(make).toThrow(/clientSecret \(QBENCH_CLIENT_SECRET\).*browser/);
    expect(await lab.stats()).toMatchObject({ requests: 0 });
  });
});
