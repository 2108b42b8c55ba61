import { createAuthMiddleware, createTokenSource, QBenchAuthError, ReplayableRequest } from "@qbench-sdk/auth";
import { createEmulator } from "@qbench-sdk/emulator";
import type { paths } from "@qbench-sdk/types";
import createClient from "openapi-fetch";
import { describe, expect, it } from "vitest";
import { createTransport, QBenchApiError, QBenchInputError, type TransportEvent, unwrap } from "../src/index.js";
import { credentials } from "./support/laboratory.js";

const baseUrl = "https://lab.example";

describe("createTransport", () => {
  it("gives an openapi-fetch client retries and limits, together with the auth middleware and unwrap", async () => {
    const emulator = createEmulator();
    const fetch = (request: Request) => emulator.fetch(request);
    const [apiClient] = emulator.clients.list();
    const events: TransportEvent[] = [];
    const client = createClient<paths>({
      baseUrl,
      Request: ReplayableRequest,
      redirect: "manual",
      fetch: createTransport(baseUrl, { fetch, limits: { concurrent: 1 }, onEvent: event => events.push(event) }),
    });
    client.use(createAuthMiddleware(createTokenSource({ baseUrl, ...credentials(apiClient), fetch })));
    emulator.faults.add({ on: "api", status: 503, times: 1 });
    const teams = await Promise.all([1, 2, 3].map(() => unwrap(client.GET("/qbench/api/v2/teams"))));
    expect(teams.map(({ page_number }) => page_number)).toEqual([1, 1, 1]);
    expect(events.filter(({ type }) => type === "retry")).toMatchObject([{ status: 503, attempt: 2 }]);
    expect(emulator.stats.maxConcurrent).toBe(1);
    const order = client.GET("/qbench/api/v2/orders/{order_id}", { params: { path: { order_id: 99_999 } } });
    await expect(unwrap(order)).rejects.toThrow(QBenchApiError);
  });

  it("rejects invalid options before anything is sent", () => {
    expect(() => createTransport("lab.example")).toThrow(QBenchAuthError);
    expect(() => createTransport(baseUrl, { timeouts: { attemptMs: 0 } })).toThrow(QBenchInputError);
    expect(() => createTransport(baseUrl, { retry: { attempts: 0 } })).toThrow(QBenchInputError);
    expect(() => createTransport(baseUrl, { limits: { requests: 0 } })).toThrow(QBenchInputError);
  });
});
