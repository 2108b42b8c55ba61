import { createAdaptorServer } from "@hono/node-server";
import { signAssertion } from "@qbench-sdk/auth";
import { type EmulatorOptions, type Fault, type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { Hono } from "hono";
import { cors } from "hono/cors";

export interface TestServerHost {
  readonly url: string;
  close(): Promise<void>;
}

interface TestServerState {
  readonly emulator: RunningEmulator;
  readonly time: { aheadMs: number };
  readonly witnessed: (string | null)[];
}

/**
 * Starts emulators and controls them over HTTP, for tests that cannot start one themselves, such as tests in a page.
 *
 * The host also serves the page that runs the tests. Its witness endpoints record the `Authorization` header of each request
 * that a redirect leads to them.
 */
export async function startTestServerHost(pageScript: string): Promise<TestServerHost> {
  const servers = new Map<string, TestServerState>();
  const find = (id: string) => {
    const server = servers.get(id);
    if (!server) throw new Error(`No test server has the id ${id}`);
    return server;
  };

  const app = new Hono();
  app.use(cors());
  app.get("/", c => c.html('<script type="module" src="/tests.js"></script>'));
  app.get("/tests.js", c => c.body(pageScript, 200, { "Content-Type": "text/javascript" }));

  app.post("/servers", async c => {
    const options = await c.req.json<EmulatorOptions>();
    const id = crypto.randomUUID();
    const time = { aheadMs: 0 };
    const clock = { now: () => Date.now() + time.aheadMs };
    const emulator = await startEmulator({ ...options, clients: [], clock });
    servers.set(id, { emulator, time, witnessed: [] });
    const client = emulator.clients.create({ corsOrigin: new URL(c.req.url).origin });
    return c.json({ id, url: emulator.url, clientId: client.id, clientSecret: client.secret });
  });
  app.post("/servers/:id/faults", async c => {
    find(c.req.param("id")).emulator.faults.add(await c.req.json<Fault>());
    return c.body(null, 204);
  });
  app.post("/servers/:id/revoke", c => {
    find(c.req.param("id")).emulator.revokeTokens();
    return c.body(null, 204);
  });
  app.post("/servers/:id/advance-time", async c => {
    find(c.req.param("id")).time.aheadMs += (await c.req.json<{ ms: number }>()).ms;
    return c.body(null, 204);
  });
  app.get("/servers/:id/stats", c => c.json(find(c.req.param("id")).emulator.stats));
  // Plays the backend of a web application: pages have no secret, so it signs their assertions.
  app.post("/servers/:id/assertion", async c => {
    const { emulator, time } = find(c.req.param("id"));
    const client = emulator.clients.list()[0];
    if (!client) throw new Error("The test server has no API client");
    return c.text(
      await signAssertion({ clientId: client.id, clientSecret: client.secret, now: Date.now() + time.aheadMs }),
    );
  });
  app.all("/servers/:id/witness", c => {
    find(c.req.param("id")).witnessed.push(c.req.header("Authorization") ?? null);
    return c.json({ data: [] });
  });
  app.get("/servers/:id/witnessed", c => c.json(find(c.req.param("id")).witnessed));
  app.delete("/servers/:id", async c => {
    await find(c.req.param("id")).emulator.close();
    servers.delete(c.req.param("id"));
    return c.body(null, 204);
  });

  const server = createAdaptorServer(app);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await Promise.all([...servers.values()].map(({ emulator }) => emulator.close()));
      await new Promise<void>(resolve => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}
