import { createTokenSource, QBenchAuthError } from "@qbench-sdk/auth";
import { createEmulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createQBenchClient, QBenchInputError, unwrap } from "../src/index.js";
import { credentials, setUp } from "./support/laboratory.js";
import { isServer } from "./support/runtime.js";

afterEach(() => vi.unstubAllEnvs());

const given = { baseUrl: "https://lab.example", clientId: "id", clientSecret: "secret" };

describe("createQBenchClient", () => {
  it.runIf(isServer)("takes its settings from the environment", async () => {
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

  it.runIf(isServer)("prefers what it is given to the environment", async () => {
    vi.stubEnv("QBENCH_URL", "https://other.example");
    const { client, requests } = setUp();
    await client.GET("/qbench/api/v2/teams");
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(
      new Set([expect.stringMatching(/^https:\/\/lab-\d+\.example$/)]),
    );
  });

  it.runIf(isServer).each([
    ["QBENCH_URL", { ...given, baseUrl: undefined }],
    ["QBENCH_CLIENT_ID", { ...given, clientId: " " }],
    ["QBENCH_CLIENT_SECRET", { ...given, clientSecret: "" }],
    ["QBENCH_CLIENT_SECRET", { ...given, clientSecret: "secret\n" }],
    ["QBENCH_URL", { ...given, baseUrl: "http://lab.example" }],
    ["QBENCH_URL", { ...given, baseUrl: "https://lab.example/qbench/api/v2" }],
  ])("names %s when it is missing or cannot be right, and sends nothing", (setting, { baseUrl, ...options }) => {
    vi.stubEnv("QBENCH_URL", "");
    const fetch = vi.fn();
    const create = () => createQBenchClient({ ...options, ...(baseUrl !== undefined && { baseUrl }), fetch });
    expect(create).toThrow(QBenchAuthError);
    expect(create).toThrow(setting);
    expect(fetch).not.toHaveBeenCalled();
  });

  it("makes one exchange for many calls at once", async () => {
    const { client, emulator } = setUp({ limits: { concurrent: 100 } });
    const calls = Array.from({ length: 50 }, () => client.GET("/qbench/api/v2/teams"));
    expect((await Promise.all(calls)).every(({ response }) => response.status === 200)).toBe(true);
    expect(emulator.stats).toMatchObject({ exchanges: 1, apiCalls: 50 });
  });

  it("goes on with a new token when its token has been revoked, and sends a write's body again", async () => {
    const { client, emulator } = setUp();
    await client.GET("/qbench/api/v2/teams");
    emulator.revokeTokens();
    const { data } = await client.POST("/qbench/api/v2/orders", { body: [{ customer_account_id: 2 }] });
    expect(data?.data[0]?.customer_account_id).toBe(2);
    expect(emulator.stats).toMatchObject({ exchanges: 2, rejectedTokens: 1 });
  });

  it("shares a token source with other clients", async () => {
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

  it.runIf(isServer)("works over HTTP with the global fetch", async () => {
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

  it("refuses an address beside a token source for another", () => {
    const assertion = async () => "a.b.c";
    const tokenSource = createTokenSource({ baseUrl: "https://other.example", clientId: "id", assertion });
    expect(() => createQBenchClient({ tokenSource, baseUrl: given.baseUrl })).toThrow(QBenchInputError);
    expect(() => createQBenchClient({ tokenSource, baseUrl: "https://other.example/" })).not.toThrow();
  });
});
