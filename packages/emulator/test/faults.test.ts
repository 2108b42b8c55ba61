import { afterEach, describe, expect, it, vi } from "vitest";
import { createEmulator, type RunningEmulator, startEmulator } from "../src/index.js";
import { base, setUp } from "./support/client.js";

describe("the switchboard of faults", () => {
  it("answers with a status, headers and a body of one's choice, so often as asked", async () => {
    const { call, emulator } = setUp();
    emulator.faults.add({
      on: "api",
      path: "/qbench/api/v2/orders",
      status: 503,
      headers: { "Retry-After": "2" },
      times: 2,
    });
    for (let n = 0; n < 2; n++) {
      const answer = await call("GET", "/orders");
      expect(answer).toMatchObject({ status: 503, body: { error_type: "InjectedFault" } });
      expect(answer.headers.get("Retry-After")).toBe("2");
    }
    expect((await call("GET", "/orders")).status).toBe(200);
    expect(emulator.stats).toMatchObject({ faults: 2, apiCalls: 1 });
  });

  it("meets only the kind, method and path it is for, until it is switched off", async () => {
    const { call, exchange, emulator } = setUp();
    const off = emulator.faults.add({ on: "token", status: 500 });
    expect((await exchange()).status).toBe(500);
    off();
    expect((await exchange()).status).toBe(200);
    emulator.faults.add({ method: "PATCH", path: "/qbench/api/v2/orders", status: 500 });
    expect((await call("GET", "/orders")).status).toBe(200);
    expect((await call("PATCH", "/orders", [{ id: 1 }])).status).toBe(500);
    emulator.faults.clear();
    expect((await call("PATCH", "/orders", [{ id: 1 }])).status).toBe(200);
  });

  it("meets a part of the calls, decided by the seed", async () => {
    const failures = async (seed: number): Promise<number[]> => {
      const { call } = setUp({ seed, faults: [{ on: "api", probability: 0.3, status: 500 }] });
      const statuses: number[] = [];
      for (let n = 0; n < 40; n++) statuses.push((await call("GET", "/teams/1")).status);
      return statuses;
    };
    const first = await failures(1);
    expect(first.filter(status => status === 500).length).toBeGreaterThan(3);
    expect(first.filter(status => status === 200).length).toBeGreaterThan(15);
    expect(await failures(1)).toEqual(first);
  });

  it("revokes the token of a call", async () => {
    const { call, emulator } = setUp();
    emulator.faults.add({ on: "api", revokeToken: true, times: 1 });
    expect(await call("GET", "/orders")).toMatchObject({ status: 400, body: { error_type: "AuthError" } });
    expect(emulator.stats.deadTokens).toBe(1);
  });

  it("moves the server's clock: its Date, and what it thinks of assertions", async () => {
    const { exchange, emulator, clock } = setUp();
    const off = emulator.faults.add({ skewMs: 360_000 });
    const refused = await exchange();
    expect(refused.status).toBe(400);
    expect(Date.parse(refused.headers.get("Date") ?? "")).toBe(clock.now() + 360_000);
    expect((await exchange({ issuedAt: clock.now() / 1000 + 360 })).status).toBe(200);
    off();
    expect((await exchange()).status).toBe(200);
  });

  it("redirects", async () => {
    const { emulator } = setUp({ faults: [{ on: "token", redirect: "https://evil.example/", redirectStatus: 307 }] });
    const answer = await emulator.fetch(new Request(`${base}/auth/token`, { method: "POST" }));
    expect([answer.status, answer.headers.get("Location")]).toEqual([307, "https://evil.example/"]);
  });

  it("breaks off the JSON of an answer", async () => {
    const { emulator, token } = setUp();
    const headers = { Authorization: `Bearer ${await token()}` };
    emulator.faults.add({ on: "api", malformed: true });
    const answer = await emulator.fetch(new Request(`${base}/orders`, { headers }));
    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toThrow(SyntaxError);
  });

  it("answers late", async () => {
    const { emulator } = setUp({ faults: [{ latencyMs: 30_000 }] });
    vi.useFakeTimers();
    try {
      let status = 0;
      const answered = emulator.fetch(new Request(`${base}/nowhere`)).then(answer => {
        status = answer.status;
      });
      await vi.advanceTimersByTimeAsync(29_999);
      expect(status).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      await answered;
      expect(status).toBe(404);
    } finally {
      vi.useRealTimers();
    }
  });

  it("keeps a late answer's place among the calls at once", async () => {
    const { call, token, emulator } = setUp();
    await token();
    emulator.faults.add({ on: "api", latencyMs: 50 });
    vi.useFakeTimers();
    try {
      const early = Array.from({ length: 10 }, () => call("GET", "/teams/1"));
      await vi.advanceTimersByTimeAsync(49);
      expect((await call("GET", "/teams/1")).status).toBe(429);
      await vi.advanceTimersByTimeAsync(1);
      expect((await Promise.all(early)).every(({ status }) => status === 200)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it("cuts the connection in process: fetch fails, or the body does", async () => {
    const { call, emulator, token } = setUp();
    await token();
    emulator.faults.add({ on: "api", cut: "before", times: 1 });
    await expect(call("PATCH", "/orders", [{ id: 1, state: "A" }])).rejects.toThrow("fetch failed");
    expect((await call("GET", "/orders/1")).body.data.state).toBe("NOT STARTED");
    emulator.faults.add({ on: "api", cut: "after", times: 1 });
    await expect(call("PATCH", "/orders", [{ id: 1, state: "B" }])).rejects.toThrow("fetch failed");
    expect((await call("GET", "/orders/1")).body.data.state).toBe("B");
    emulator.faults.add({ on: "api", cut: "during", times: 1 });
    const answer = await emulator.fetch(
      new Request(`${base}/orders`, { headers: { Authorization: `Bearer ${await token()}` } }),
    );
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow("fetch failed");
  });
});

describe("over real HTTP", () => {
  let running: RunningEmulator | undefined;
  afterEach(() => running?.close());

  it("cuts the socket before an answer and in the middle of one", async () => {
    running = await startEmulator({ faults: [{ path: "/qbench/static", cut: "before", times: 1 }] });
    const file = `${running.url}/qbench/static/swagger-ui/swagger-ui.css`;
    await expect(fetch(file)).rejects.toThrow("fetch failed");
    running.faults.add({ cut: "during", times: 1 });
    const answer = await fetch(file);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow("terminated");
    expect((await fetch(file)).status).toBe(200);
  });

  it("listens on loopback and is gone when closed", async () => {
    running = await startEmulator();
    const { url } = running;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    await running.close();
    await expect(fetch(`${url}/nowhere`)).rejects.toThrow("fetch failed");
  });
});

describe("two emulators", () => {
  it("share nothing", async () => {
    const [first, second] = [createEmulator({ seed: 1 }), createEmulator({ seed: 2 })];
    expect(first.clients.list()[0]?.secret).not.toBe(second.clients.list()[0]?.secret);
    await first.fetch(new Request(`${base}/nowhere`));
    expect([first.stats.requests, second.stats.requests]).toEqual([1, 0]);
  });
});
