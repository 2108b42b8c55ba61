import { createEmulator, startEmulator } from "@qbench-sdk/emulator";
import createClient from "openapi-fetch";
import { describe, expect, test } from "vitest";
import { type AuthOptions, createAuthMiddleware, createTokenSource, memoryTokenStore } from "../src/index.ts";
import { canListen } from "./support/runtime.ts";
import { type OrderPaths, testClock, thrownBy, times } from "./support/tenant.ts";

/** Creates an emulator, which follows the vendor's rules, and a client for it. */
const createEmulatedClient = (overrides: Partial<AuthOptions> = {}, accessTokenSeconds = 3600) => {
  const clock = testClock();
  const emulator = createEmulator({ clock, tokens: { accessTokenSeconds } });
  const { id: clientId, secret: clientSecret } = emulator.clients.create();
  const fetch = (request: Request) => emulator.fetch(request);
  const options = { baseUrl: "https://lab.example", clientId, clientSecret, clock, fetch, ...overrides };
  const client = createClient<OrderPaths>({ baseUrl: "https://lab.example", fetch });
  client.use(createAuthMiddleware(options));
  return { clock, emulator, options, client };
};

describe("against the emulator in process", () => {
  test.each(["urlencoded", "multipart"] as const)("gets a valid token by a form that is %s", async tokenEncoding => {
    const { client, emulator } = createEmulatedClient({ tokenEncoding });
    expect((await client.GET("/qbench/api/v2/orders")).response.status).toBe(200);
    expect(emulator.stats.exchanges).toBe(1);
  });

  test("hides revoked and expired tokens from the caller during a day of calls", async () => {
    const { client, clock, emulator } = createEmulatedClient();
    for (let hour = 0; hour < 24; hour += 1) {
      emulator.revokeTokens();
      const results = await Promise.all(times(10, () => client.GET("/qbench/api/v2/orders")));
      expect(results.map(({ response }) => response.status)).toEqual(times(10, () => 200));
      clock.advance(3_600_000);
    }
    expect(emulator.stats.exchanges).toBeLessThanOrEqual(48);
  });

  test("makes one exchange for ten requests that are rejected together, and replays each once", async () => {
    const { client, emulator } = createEmulatedClient();
    await client.GET("/qbench/api/v2/orders");
    emulator.revokeTokens();
    const results = await Promise.all(times(10, () => client.GET("/qbench/api/v2/orders")));
    expect(results.map(({ response }) => response.status)).toEqual(times(10, () => 200));
    expect(emulator.stats).toMatchObject({ exchanges: 2, rejectedTokens: 10 });
  });

  test("names the setting in the error of a wrong secret", async () => {
    const { options } = createEmulatedClient({ clientSecret: "not-the-secret" });
    const error = await thrownBy(() => createTokenSource(options).getToken());
    expect(error).toMatchObject({ name: "QBenchAuthError" });
    expect((error as Error).message).toContain("clientSecret (QBENCH_CLIENT_SECRET)");
    expect((error as Error).message).not.toContain("not-the-secret");
  });

  test.each([
    ["behind", -360_000],
    ["ahead of", 360_000],
  ])("corrects a clock that is 6 minutes %s the server's once, and remembers the offset", async (_, offsetMs) => {
    const { options, clock, emulator } = createEmulatedClient();
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
  // By a clock that is ahead, the token of the other machine has expired already.
  [360_000, 300],
])(
  "a token source whose clock is %d ms off shares the token of the others (lifetime %d s)",
  async (offsetMs, tokenSeconds) => {
    const store = memoryTokenStore();
    const { options, clock, emulator } = createEmulatedClient({ store }, tokenSeconds);
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
  },
);

describe.runIf(canListen)("against the emulator over a socket", () => {
  test("gets a token, and replaces it after the server revoked it", async () => {
    await using emulator = await startSource();
    const { client } = emulator;
    expect((await client.GET("/qbench/api/v2/orders")).response.status).toBe(200);
    emulator.revokeTokens();
    expect((await client.GET("/qbench/api/v2/orders")).response.status).toBe(200);
    expect(emulator.stats.exchanges).toBe(2);
  });

  test("fails with timeout if the token endpoint is slow", async () => {
    await using emulator = await startSource({ timeoutMs: 50 });
    emulator.faults.add({ on: "token", latencyMs: 2000 });
    await expect(emulator.source.getToken()).rejects.toMatchObject({ code: "timeout" });
  });

  test("fails with connection_failed if every connection is cut, and recovers if one is not", async () => {
    await using emulator = await startSource();
    const stop = emulator.faults.add({ on: "token", cut: "before" });
    await expect(emulator.source.getToken()).rejects.toMatchObject({ code: "connection_failed" });
    stop();
    emulator.faults.add({ on: "token", cut: "during", times: 1 });
    await expect(emulator.source.getToken()).resolves.toEqual(expect.any(String));
  });

  test.each([302, 307, 308] as const)("rejects a redirect (%d), and sends nothing to its target", async status => {
    await using emulator = await startSource();
    await using other = await startSource();
    emulator.faults.add({ on: "token", redirect: `${other.url}/qbench/api/v2/auth/token`, redirectStatus: status });
    await expect(emulator.source.getToken()).rejects.toMatchObject({ code: "unexpected_redirect", status });
    expect(other.stats.requests).toBe(0);
  });
});

async function startSource(overrides: Partial<AuthOptions> = {}) {
  const emulator = await startEmulator();
  const { id: clientId, secret: clientSecret } = emulator.clients.create();
  const source = createTokenSource({ baseUrl: emulator.url, clientId, clientSecret, ...overrides });
  const client = createClient<OrderPaths>({ baseUrl: emulator.url });
  client.use(createAuthMiddleware(source));
  return { ...emulator, client, source, [Symbol.asyncDispose]: () => emulator.close() };
}
