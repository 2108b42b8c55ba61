import { createEmulator, startEmulator } from "@qbench-sdk/emulator";
import createClient from "openapi-fetch";
import { describe, expect, test } from "vitest";
import { type AuthOptions, createAuthMiddleware, createTokenSource, memoryTokenStore } from "../src/index.ts";
import { canListen } from "./support/runtime.ts";
import { testClock, thrownBy, times } from "./support/tenant.ts";

interface TestPaths {
  "/qbench/api/v2/orders": {
    get: {
      parameters: { query?: { page_size?: number } };
      responses: { 200: { content: { "application/json": unknown } } };
    };
  };
}

/** A QBench that keeps the vendor's rules, and an API client of it. */
const setUp = (overrides: Partial<AuthOptions> = {}, accessTokenSeconds = 3600) => {
  const clock = testClock();
  const emulator = createEmulator({ clock, tokens: { accessTokenSeconds } });
  const { id: clientId, secret: clientSecret } = emulator.clients.create();
  const fetch = (request: Request) => emulator.fetch(request);
  const options = { baseUrl: "https://lab.example", clientId, clientSecret, clock, fetch, ...overrides };
  const client = createClient<TestPaths>({ baseUrl: "https://lab.example", fetch });
  client.use(createAuthMiddleware(options));
  return { clock, emulator, options, client };
};

describe("against a QBench that keeps the vendor's rules", () => {
  test.each(["urlencoded", "multipart"] as const)(
    "a token asked for by a form that is %s is taken",
    async tokenEncoding => {
      const { client, emulator } = setUp({ tokenEncoding });
      expect((await client.GET("/qbench/api/v2/orders")).response.status).toBe(200);
      expect(emulator.stats.exchanges).toBe(1);
    },
  );

  test("2. and 16. a day of calls with revoked and expired tokens shows the caller none of it", async () => {
    const { client, clock, emulator } = setUp();
    for (let hour = 0; hour < 24; hour += 1) {
      emulator.revokeTokens();
      const answers = await Promise.all(times(10, () => client.GET("/qbench/api/v2/orders")));
      expect(answers.map(({ response }) => response.status)).toEqual(times(10, () => 200));
      clock.advance(3_600_000);
    }
    expect(emulator.stats.exchanges).toBeLessThanOrEqual(48);
  });

  test("3. ten calls refused together make one exchange and are each repeated once", async () => {
    const { client, emulator } = setUp();
    await client.GET("/qbench/api/v2/orders");
    emulator.revokeTokens();
    const answers = await Promise.all(times(10, () => client.GET("/qbench/api/v2/orders")));
    expect(answers.map(({ response }) => response.status)).toEqual(times(10, () => 200));
    expect(emulator.stats).toMatchObject({ exchanges: 2, rejectedTokens: 10 });
  });

  test("52. a wrong secret is an error that names the setting", async () => {
    const { options } = setUp({ clientSecret: "not-the-secret" });
    const error = await thrownBy(() => createTokenSource(options).getToken());
    expect(error).toMatchObject({ name: "QBenchAuthError" });
    expect((error as Error).message).toContain("clientSecret (QBENCH_CLIENT_SECRET)");
    expect((error as Error).message).not.toContain("not-the-secret");
  });

  test.each([
    ["30. and 32.", "behind", -360_000],
    ["31. and 32.", "ahead of", 360_000],
  ])("%s a clock that is 6 minutes %s the server's is corrected once and for good", async (_, _name, offsetMs) => {
    const { options, clock, emulator } = setUp();
    const source = createTokenSource({ ...options, clock: { now: () => clock.now() + offsetMs } });
    const corrections: number[] = [];
    source.on(event => {
      if (event.type === "clock-corrected") corrections.push(event.offsetMs);
    });
    await Promise.all(times(20, () => source.getToken()));
    expect(emulator.stats.exchanges).toBe(1);
    clock.advance(3_600_000);
    await source.getToken();
    expect(emulator.stats).toMatchObject({ exchanges: 2, rejectedGrants: 1 });
    expect(corrections).toHaveLength(1);
    expect(Math.abs((corrections[0] ?? 0) + offsetMs)).toBeLessThanOrEqual(1000);
  });
});

test.each([
  [-360_000, 3600],
  [360_000, 3600],
  // By a clock that is ahead the token of the others has expired already.
  [360_000, 300],
])("30. and 45. a machine whose clock is %d ms off shares the token of the others", async (offsetMs, tokenSeconds) => {
  const store = memoryTokenStore();
  const { options, clock, emulator } = setUp({ store }, tokenSeconds);
  const right = createTokenSource(options);
  const wrong = createTokenSource({ ...options, clock: { now: () => clock.now() + offsetMs } });
  const tokens = [await right.getToken(), await wrong.getToken(), await right.getToken()];
  expect(new Set(tokens).size).toBe(1);
  expect(emulator.stats.exchanges).toBe(1);
  for (let life = 0; life < 24; life += 1) {
    clock.advance(tokenSeconds * 1000);
    expect(await wrong.getToken()).toBe(await right.getToken());
  }
  expect(emulator.stats.exchanges).toBe(25);
});

describe.runIf(canListen)("over a socket", () => {
  test("a call gets its token and its answer", async () => {
    await using emulator = await running();
    const { client } = emulator;
    expect((await client.GET("/qbench/api/v2/orders")).response.status).toBe(200);
    emulator.revokeTokens();
    expect((await client.GET("/qbench/api/v2/orders")).response.status).toBe(200);
    expect(emulator.stats.exchanges).toBe(2);
  });

  test("49. an answer that is slow ends with the time limit", async () => {
    await using emulator = await running({ timeoutMs: 50 });
    emulator.faults.add({ on: "token", latencyMs: 2000 });
    await expect(emulator.source.getToken()).rejects.toMatchObject({ code: "timeout" });
  });

  test("51. a connection that is cut is a network error, unless another attempt gets through", async () => {
    await using emulator = await running();
    const stop = emulator.faults.add({ on: "token", cut: "before" });
    await expect(emulator.source.getToken()).rejects.toMatchObject({ code: "connection_failed" });
    stop();
    emulator.faults.add({ on: "token", cut: "during", times: 1 });
    await expect(emulator.source.getToken()).resolves.toEqual(expect.any(String));
  });

  test.each([302, 307, 308] as const)(
    "55. a redirect (%d) is refused, and nothing reaches where it points",
    async status => {
      await using emulator = await running();
      await using other = await running();
      emulator.faults.add({ on: "token", redirect: `${other.url}/qbench/api/v2/auth/token`, redirectStatus: status });
      await expect(emulator.source.getToken()).rejects.toMatchObject({ code: "unexpected_redirect", status });
      expect(other.stats.requests).toBe(0);
    },
  );
});

async function running(overrides: Partial<AuthOptions> = {}) {
  const emulator = await startEmulator();
  const { id: clientId, secret: clientSecret } = emulator.clients.create();
  const source = createTokenSource({ baseUrl: emulator.url, clientId, clientSecret, ...overrides });
  const client = createClient<TestPaths>({ baseUrl: emulator.url });
  client.use(createAuthMiddleware(source));
  return { ...emulator, client, source, [Symbol.asyncDispose]: () => emulator.close() };
}
