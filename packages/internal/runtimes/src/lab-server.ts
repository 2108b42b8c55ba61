import { createAdaptorServer } from "@hono/node-server";
import { signAssertion } from "@qbench-sdk/auth";
import { type EmulatorOptions, type Fault, type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { Hono } from "hono";
import { cors } from "hono/cors";

export interface LabServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Lab {
  readonly emulator: RunningEmulator;
  readonly time: { aheadMs: number };
  readonly witnessed: (string | null)[];
}

/**
 * Starts emulators for tests that cannot do it themselves, as in a page, and works their switches from afar. It also serves
 * a page with the tests, and notes which `Authorization` reaches it, where a redirect has led a call.
 */
export async function startLabServer(pageScript: string): Promise<LabServer> {
  const labs = new Map<string, Lab>();
  const lab = (id: string) => {
    const found = labs.get(id);
    if (!found) throw new Error(`there is no lab ${id}`);
    return found;
  };

  const app = new Hono();
  app.use(cors());
  app.get("/", c => c.html('<script type="module" src="/tests.js"></script>'));
  app.get("/tests.js", c => c.body(pageScript, 200, { "Content-Type": "text/javascript" }));

  app.post("/labs", async c => {
    const options = await c.req.json<EmulatorOptions>();
    const id = crypto.randomUUID();
    const time = { aheadMs: 0 };
    const clock = { now: () => Date.now() + time.aheadMs };
    const emulator = await startEmulator({ ...options, clients: [], clock });
    labs.set(id, { emulator, time, witnessed: [] });
    const client = emulator.clients.create({ corsOrigin: new URL(c.req.url).origin });
    return c.json({ id, url: emulator.url, clientId: client.id, clientSecret: client.secret });
  });
  app.post("/labs/:id/faults", async c => {
    lab(c.req.param("id")).emulator.faults.add(await c.req.json<Fault>());
    return c.body(null, 204);
  });
  app.post("/labs/:id/revoke", c => {
    lab(c.req.param("id")).emulator.revokeTokens();
    return c.body(null, 204);
  });
  app.post("/labs/:id/pass", async c => {
    lab(c.req.param("id")).time.aheadMs += (await c.req.json<{ ms: number }>()).ms;
    return c.body(null, 204);
  });
  app.get("/labs/:id/stats", c => c.json(lab(c.req.param("id")).emulator.stats));
  // The application's own server, which signs for its page.
  app.post("/labs/:id/assertion", async c => {
    const { emulator, time } = lab(c.req.param("id"));
    const client = emulator.clients.list()[0];
    if (!client) throw new Error("the lab has no API client");
    return c.text(
      await signAssertion({ clientId: client.id, clientSecret: client.secret, now: Date.now() + time.aheadMs }),
    );
  });
  app.all("/labs/:id/witness", c => {
    lab(c.req.param("id")).witnessed.push(c.req.header("Authorization") ?? null);
    return c.json({ data: [] });
  });
  app.get("/labs/:id/witnessed", c => c.json(lab(c.req.param("id")).witnessed));
  app.delete("/labs/:id", async c => {
    await lab(c.req.param("id")).emulator.close();
    labs.delete(c.req.param("id"));
    return c.body(null, 204);
  });

  const server = createAdaptorServer(app);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await Promise.all([...labs.values()].map(({ emulator }) => emulator.close()));
      await new Promise<void>(resolve => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}
