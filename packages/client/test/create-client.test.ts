import { createTokenSource, QBenchAuthError } from "@qbench-sdk/auth";
import { createEmulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createQBenchClient, QBenchInputError, unwrap } from "../src/index.js";
import { createTestClient, credentials } from "./support/laboratory.js";
import { isServer } from "./support/runtime.js";

afterEach(() => vi.unstubAllEnvs());

const options = { baseUrl: "https://lab.example", clientId: "id", clientSecret: "secret" };

describe("createQBenchClient", () => {
  it.runIf(isServer)("the client reads missing options from the environment", async () => {
    const emulator = createEmulator();
    const [apiClient] = emulator.clients.list();
    vi.stubEnv("QBENCH_URL", "https://lab.example/");
    vi.stubEnv("QBENCH_CLIENT_ID", apiClient?.id);
    vi.stubEnv("QBENCH_CLIENT_SECRET", apiClient?.secret);
    const client = createQBenchClient({ fetch: request => emulator.fetch(request) });
    const { data, response } = await client.GET("/qbench/api/v2/orders");
    expect(response.status).toBe(200);
    expect(data?.total_count).toBe(48);
  });

  it.runIf(isServer)("the client prefers options to the environment", async () => {
    vi.stubEnv("QBENCH_URL", "https://other.example");
    const { client, requests } = createTestClient();
    await client.GET("/qbench/api/v2/teams");
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(
      new Set([expect.stringMatching(/^https:\/\/lab-\d+\.example$/)]),
    );
  });

  it.runIf(isServer).each([
    ["QBENCH_URL", { ...options, baseUrl: undefined }],
    ["QBENCH_CLIENT_ID", { ...options, clientId: " " }],
    ["QBENCH_CLIENT_SECRET", { ...options, clientSecret: "" }],
    ["QBENCH_CLIENT_SECRET", { ...options, clientSecret: "secret\n" }],
    ["QBENCH_URL", { ...options, baseUrl: "http://lab.example" }],
    ["QBENCH_URL", { ...options, baseUrl: "https://lab.example/qbench/api/v2" }],
  ])("the client names %s if it is missing or invalid, and sends nothing", (setting, { baseUrl, ...rest }) => {
    vi.stubEnv("QBENCH_URL", "");
    const fetch = vi.fn();
    const create = () => createQBenchClient({ ...rest, ...(baseUrl !== undefined && { baseUrl }), fetch });
    expect(create).toThrow(QBenchAuthError);
    expect(create).toThrow(setting);
    expect(fetch).not.toHaveBeenCalled();
  });

  it("the client gets one token for many concurrent requests", async () => {
    const { client, emulator } = createTestClient({ limits: { concurrent: 100 } });
    const calls = Array.from({ length: 50 }, () => client.GET("/qbench/api/v2/teams"));
    expect((await Promise.all(calls)).every(({ response }) => response.status === 200)).toBe(true);
    expect(emulator.stats).toMatchObject({ exchanges: 1, apiCalls: 50 });
  });

  it("the client gets a new token if its token was revoked, and sends the body of a write again", async () => {
    const { client, emulator } = createTestClient();
    await client.GET("/qbench/api/v2/teams");
    emulator.revokeTokens();
    const { data } = await client.POST("/qbench/api/v2/orders", { body: [{ customer_account_id: 2 }] });
    expect(data?.data[0]?.customer_account_id).toBe(2);
    expect(emulator.stats).toMatchObject({ exchanges: 2, rejectedTokens: 1 });
  });

  it("the client gets one token for several clients that share a token source", async () => {
    const emulator = createEmulator();
    const [apiClient] = emulator.clients.list();
    const fetch = (request: Request): Promise<Response> => emulator.fetch(request);
    const tokenSource = createTokenSource({
      baseUrl: "https://lab.example",
      ...credentials(apiClient),
      fetch,
    });
    for (let n = 0; n < 3; n++) await unwrap(createQBenchClient({ tokenSource, fetch }).GET("/qbench/api/v2/teams"));
    expect(emulator.stats.exchanges).toBe(1);
  });

  it.runIf(isServer)("the client sends requests over HTTP with the global fetch", async () => {
    const emulator = await startEmulator();
    try {
      const [apiClient] = emulator.clients.list();
      const client = createQBenchClient({
        baseUrl: emulator.url,
        clientId: apiClient?.id ?? "",
        clientSecret: apiClient?.secret ?? "",
      });
      const { data } = await unwrap(
        client.GET("/qbench/api/v2/samples", {
          params: { query: { order_ids: [1, 2], sample_tags: ["rush", "retain"] } },
        }),
      );
      expect(data.map(sample => sample.order_id)).toEqual([2, 2]);
    } finally {
      await emulator.close();
    }
  });

  it("the client rejects a baseUrl that differs from the address of the token source", () => {
    const assertion = async () => "a.b.c";
    const tokenSource = createTokenSource({ baseUrl: "https://other.example", clientId: "id", assertion });
    expect(() => createQBenchClient({ tokenSource, baseUrl: options.baseUrl })).toThrow(QBenchInputError);
    expect(() => createQBenchClient({ tokenSource, baseUrl: "https://other.example/" })).not.toThrow();
  });
});
