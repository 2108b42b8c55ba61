import { afterEach, describe, expect, it, vi } from "vitest";
import { createEmulator, type RunningEmulator, startEmulator } from "../src/index.js";
import { base, createTestEmulator } from "./support/client.js";

describe("faults", () => {
  it("responds with the status and the headers of a fault as many times as the fault sets", async () => {
    const { request, emulator } = createTestEmulator();
    emulator.faults.add({
      on: "api",
      path: "/qbench/api/v2/orders",
      status: 503,
      headers: { "Retry-After": "2" },
      times: 2,
    });
    for (let n = 0; n < 2; n++) {
      const response = await request("GET", "/orders");
      expect(response).toMatchObject({ status: 503, body: { error_type: "InjectedFault" } });
      expect(response.headers.get("Retry-After")).toBe("2");
    }
    expect((await request("GET", "/orders")).status).toBe(200);
    expect(emulator.stats).toMatchObject({ faults: 2, apiCalls: 1 });
  });

  it("applies a fault only to its kind, method and path, until it is removed", async () => {
    const { request, exchange, emulator } = createTestEmulator();
    const remove = emulator.faults.add({ on: "token", status: 500 });
    expect((await exchange()).status).toBe(500);
    remove();
    expect((await exchange()).status).toBe(200);
    emulator.faults.add({ method: "PATCH", path: "/qbench/api/v2/orders", status: 500 });
    expect((await request("GET", "/orders")).status).toBe(200);
    expect((await request("PATCH", "/orders", [{ id: 1 }])).status).toBe(500);
    emulator.faults.clear();
    expect((await request("PATCH", "/orders", [{ id: 1 }])).status).toBe(200);
  });

  it("applies a fault to a share of the requests that the seed determines", async () => {
    const failures = async (seed: number): Promise<number[]> => {
      const { request } = createTestEmulator({ seed, faults: [{ on: "api", probability: 0.3, status: 500 }] });
      const statuses: number[] = [];
      for (let n = 0; n < 40; n++) statuses.push((await request("GET", "/teams/1")).status);
      return statuses;
    };
    const first = await failures(1);
    expect(first.filter(status => status === 500).length).toBeGreaterThan(3);
    expect(first.filter(status => status === 200).length).toBeGreaterThan(15);
    expect(await failures(1)).toEqual(first);
  });

  it("revokes the access token of a request before it handles the request", async () => {
    const { request, emulator } = createTestEmulator();
    emulator.faults.add({ on: "api", revokeToken: true, times: 1 });
    expect(await request("GET", "/orders")).toMatchObject({ status: 400, body: { error_type: "AuthError" } });
    expect(emulator.stats.rejectedTokens).toBe(1);
  });

  it("shifts the server's clock for the Date header and for the check of assertions", async () => {
    const { exchange, emulator, clock } = createTestEmulator();
    const remove = emulator.faults.add({ skewMs: 360_000 });
    const rejected = await exchange();
    expect(rejected.status).toBe(400);
    expect(Date.parse(rejected.headers.get("Date") ?? "")).toBe(clock.now() + 360_000);
    expect((await exchange({ issuedAt: clock.now() / 1000 + 360 })).status).toBe(200);
    remove();
    expect((await exchange()).status).toBe(200);
  });

  it("redirects a request to the URL of a fault", async () => {
    const { emulator } = createTestEmulator({
      faults: [{ on: "token", redirect: "https://evil.example/", redirectStatus: 307 }],
    });
    const response = await emulator.fetch(new Request(`${base}/auth/token`, { method: "POST" }));
    expect([response.status, response.headers.get("Location")]).toEqual([307, "https://evil.example/"]);
  });

  it("truncates the JSON of a response", async () => {
    const { emulator, token } = createTestEmulator();
    const headers = { Authorization: `Bearer ${await token()}` };
    emulator.faults.add({ on: "api", malformed: true });
    const response = await emulator.fetch(new Request(`${base}/orders`, { headers }));
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it("cuts the connection instead of a response without a body, and does not change such a response", async () => {
    const { emulator, request, token } = createTestEmulator();
    await token();
    emulator.faults.add({ on: "api", cut: "during", times: 1 });
    await expect(request("DELETE", "/contacts/1")).rejects.toThrow("fetch failed");
    expect((await request("GET", "/contacts/1")).status).toBe(404);
    emulator.faults.add({ on: "api", malformed: true, times: 1 });
    expect((await request("DELETE", "/contacts/2")).status).toBe(204);
  });

  it("delays a response by the latency of a fault", async () => {
    const { emulator } = createTestEmulator({ faults: [{ latencyMs: 30_000 }] });
    vi.useFakeTimers();
    try {
      let status = 0;
      const responded = emulator.fetch(new Request(`${base}/nowhere`)).then(response => {
        status = response.status;
      });
      await vi.advanceTimersByTimeAsync(29_999);
      expect(status).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      await responded;
      expect(status).toBe(404);
    } finally {
      vi.useRealTimers();
    }
  });

  it("counts a delayed request as concurrent until its response", async () => {
    const { request, token, emulator } = createTestEmulator();
    await token();
    emulator.faults.add({ on: "api", latencyMs: 50 });
    vi.useFakeTimers();
    try {
      const early = Array.from({ length: 10 }, () => request("GET", "/teams/1"));
      await vi.advanceTimersByTimeAsync(49);
      expect((await request("GET", "/teams/1")).status).toBe(429);
      await vi.advanceTimersByTimeAsync(1);
      expect((await Promise.all(early)).every(({ status }) => status === 200)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it("rejects fetch or the response body if a fault cuts the connection in process", async () => {
    const { request, emulator, token } = createTestEmulator();
    await token();
    emulator.faults.add({ on: "api", cut: "before", times: 1 });
    await expect(request("PATCH", "/orders", [{ id: 1, state: "IN PROGRESS" }])).rejects.toThrow("fetch failed");
    expect((await request("GET", "/orders/1")).body.data.state).toBe("NOT STARTED");
    emulator.faults.add({ on: "api", cut: "after", times: 1 });
    await expect(request("PATCH", "/orders", [{ id: 1, state: "COMPLETED" }])).rejects.toThrow("fetch failed");
    expect((await request("GET", "/orders/1")).body.data.state).toBe("COMPLETED");
    emulator.faults.add({ on: "api", cut: "during", times: 1 });
    const response = await emulator.fetch(
      new Request(`${base}/orders`, { headers: { Authorization: `Bearer ${await token()}` } }),
    );
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("fetch failed");
  });
});

describe("startEmulator", () => {
  let running: RunningEmulator | undefined;
  afterEach(() => running?.close());

  it("closes the socket before a response and in the middle of a response body", async () => {
    running = await startEmulator({ faults: [{ path: "/qbench/static", cut: "before", times: 1 }] });
    const file = `${running.url}/qbench/static/swagger-ui/swagger-ui.css`;
    await expect(fetch(file)).rejects.toThrow("fetch failed");
    running.faults.add({ cut: "during", times: 1 });
    const response = await fetch(file);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("terminated");
    expect((await fetch(file)).status).toBe(200);
  });

  it("listens on the loopback interface until it is closed", async () => {
    running = await startEmulator();
    const { url } = running;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    await running.close();
    await expect(fetch(`${url}/nowhere`)).rejects.toThrow("fetch failed");
  });
});

describe("createEmulator", () => {
  it("shares nothing between two emulators", async () => {
    const [first, second] = [createEmulator({ seed: 1 }), createEmulator({ seed: 2 })];
    expect(first.clients.list()[0]?.secret).not.toBe(second.clients.list()[0]?.secret);
    await first.fetch(new Request(`${base}/nowhere`));
    expect([first.stats.requests, second.stats.requests]).toEqual([1, 0]);
  });
});
