/** Tests the token lifecycle over real connections, with the runtime's own fetch. */
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
import { startTestServer, type TestServer } from "./test-server.ts";

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

interface TestClient {
  server: TestServer;
  source: TokenSource;
  client: Client<TestPaths>;
  /** Moves the clocks of the token source and of the server ahead. */
  advanceTime(ms: number): Promise<void>;
}

async function createTestClient(
  options: Partial<AuthOptions> = {},
  emulator: EmulatorOptions = {},
  clientOptions: ClientOptions = { Request: ReplayableRequest },
): Promise<TestClient> {
  const server = await startTestServer(emulator);
  let aheadMs = 0;
  const source = createTokenSource({
    baseUrl: server.url,
    clientId: server.clientId,
    clock: { now: () => Date.now() + aheadMs },
    // A page must not hold a secret.
    ...(isBrowser ? { assertion: server.assertion } : { clientSecret: server.clientSecret }),
    ...options,
  });
  const client = createClient<TestPaths>({ baseUrl: server.url, ...clientOptions });
  client.use(createAuthMiddleware(source));
  const advanceTime = async (ms: number) => {
    aheadMs += ms;
    await server.advanceTime(ms);
  };
  return { server, source, client, advanceTime };
}

// If a reused connection breaks before the response, these runtimes send a POST again by themselves. Neither pages nor programs
// can prevent that.
const resendsPosts = isBrowser || "Deno" in globalThis;

const times = <T>(count: number, run: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => run(i));
const statuses = (results: { response: Response }[]): number[] => results.map(({ response }) => response.status);

async function errorCode(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof QBenchAuthError ? error.code : String(error);
  }
}

describe("auth over HTTP", () => {
  test("makes one exchange for many requests that start without a token", async () => {
    const { server, client } = await createTestClient();
    expect(statuses(await Promise.all(times(10, () => client.GET(CUSTOMERS))))).toEqual(times(10, () => 200));
    expect(await server.stats()).toMatchObject({ exchanges: 1, rejectedTokens: 0 });
  });

  test.each([400, 401] as const)(
    "replays requests that were rejected together by %d, after one exchange",
    async status => {
      const { server, client } = await createTestClient({}, { tokens: { rejectedTokenStatus: status } });
      await client.GET(CUSTOMERS);
      await server.revokeTokens();
      expect(statuses(await Promise.all(times(5, () => client.GET(CUSTOMERS))))).toEqual(times(5, () => 200));
      expect(await server.stats()).toMatchObject({ exchanges: 2, rejectedTokens: 5 });
    },
  );

  test("passes a validation error to the caller and keeps the token", async () => {
    const { server, client } = await createTestClient();
    const { error, response } = await client.POST(CUSTOMERS, { body: [] });
    expect(response.status).toBe(400);
    expect(error).toHaveProperty("error_type");
    expect(await server.stats()).toMatchObject({ exchanges: 1 });
  });

  test.each([
    ["openapi-fetch's own Request", {}],
    ["a ReplayableRequest", { Request: ReplayableRequest }],
  ])("replays JSON with the same bytes, and creates one record, with %s", async (_, clientOptions) => {
    const { server, client } = await createTestClient({}, {}, clientOptions);
    await client.GET(CUSTOMERS);
    await server.revokeTokens();
    const { data } = await client.POST(CUSTOMERS, { body: [{ customer_name: "größer · ✓" }] });
    expect(data?.data).toHaveLength(1);
    expect(data?.data[0]).toMatchObject({ customer_name: "größer · ✓" });
    expect((await server.stats()).byOperation[`POST ${CUSTOMERS}`]).toBe(1);
  });

  test("renews hourly for a day with one assertion, and sends no refresh token twice", async () => {
    const { server, client, advanceTime } = await createTestClient({ renewal: "refresh-token" });
    for (let hour = 0; hour < 24; hour += 1) {
      expect((await client.GET(CUSTOMERS)).response.status).toBe(200);
      await advanceTime(HOUR);
    }
    expect(await server.stats()).toMatchObject({ exchanges: 1, refreshes: 23, refreshReuses: 0, rejectedTokens: 0 });
  });

  test("falls back to an assertion when a refresh token is rejected, unnoticed by the caller", async () => {
    const { server, client, advanceTime } = await createTestClient({ renewal: "refresh-token" });
    await client.GET(CUSTOMERS);
    await advanceTime(HOUR);
    await server.addFault({ on: "refresh", status: 400, times: 1 });
    expect((await client.GET(CUSTOMERS)).response.status).toBe(200);
    expect(await server.stats()).toMatchObject({ exchanges: 2, refreshes: 0, refreshReuses: 0 });
  });

  test("does not send a refresh token again whose response was lost", async () => {
    const { server, client, advanceTime } = await createTestClient({ renewal: "refresh-token" });
    await client.GET(CUSTOMERS);
    await advanceTime(HOUR);
    await server.addFault({ on: "refresh", cut: "after", times: 1 });
    expect((await client.GET(CUSTOMERS)).response.status).toBe(200);
    expect(await server.stats()).toMatchObject({ exchanges: 2, refreshes: 1, refreshReuses: resendsPosts ? 1 : 0 });
  });

  test("ends with a timeout when the token endpoint hangs", async () => {
    const { server, source } = await createTestClient({ timeoutMs: 100 });
    await server.addFault({ on: "token", latencyMs: 20_000 });
    expect(await errorCode(source.getToken())).toBe("timeout");
  });

  test.each(["before", "during"] as const)("retries an exchange whose connection is cut %s the response", async cut => {
    const { server, source } = await createTestClient();
    await server.addFault({ on: "token", cut, times: 1 });
    await expect(source.getToken()).resolves.toEqual(expect.any(String));
  });

  test("remembers a rejection of the credentials and sends no second request", async () => {
    const { server, source } = await createTestClient(
      isBrowser
        ? { assertion: async () => "eyJhbGciOiJIUzI1NiJ9.e30.c2ln" }
        : { clientSecret: "wrong-but-long-enough-to-be-a-secret-01" },
    );
    const first = await errorCode(source.getToken());
    expect(first).toBe("invalid_grant");
    expect(await errorCode(source.getToken())).toBe(first);
    expect(await server.stats()).toMatchObject({ rejectedGrants: 1 });
  });

  test.each([302, 307, 308] as const)("rejects a redirect of the token endpoint by %d", async redirectStatus => {
    const { server, source } = await createTestClient();
    await server.addFault({ on: "token", redirect: server.witness, redirectStatus });
    expect(await errorCode(source.getToken())).toBe("unexpected_redirect");
    expect(await server.witnessed()).toEqual([]);
  });

  test("sends no token to another origin when the API redirects", async () => {
    const { server, client } = await createTestClient();
    await server.addFault({ on: "api", redirect: server.witness });
    // In a page, CORS may reject the redirect, so an error is expected there.
    await client.GET(CUSTOMERS).catch(() => undefined);
    expect((await server.witnessed()).filter(authorization => authorization !== null)).toEqual([]);
    expect(await server.stats()).toMatchObject({ exchanges: 1 });
  });

  test("rejects only the caller that aborts, immediately", async () => {
    const { server, source } = await createTestClient();
    await server.addFault({ on: "token", latencyMs: 200 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const aborted = source.getToken({ signal: controller.signal }).catch(error => error);
    const others = times(9, () => source.getToken());
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    expect(new Set(await Promise.all(others)).size).toBe(1);
    expect(await server.stats()).toMatchObject({ exchanges: 1 });
  });

  test.runIf(isBrowser)("rejects a client secret in a page before it sends a request", async () => {
    const { url: baseUrl, clientId, clientSecret, ...server } = await startTestServer();
    const create = () => createTokenSource({ baseUrl, clientId, clientSecret });
    expect(create).toThrow(QBenchAuthError);
    expect(create).toThrow(/clientSecret \(QBENCH_CLIENT_SECRET\).*browser/);
    expect(await server.stats()).toMatchObject({ requests: 0 });
  });
});
