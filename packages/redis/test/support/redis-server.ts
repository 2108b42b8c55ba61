import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export const hasRedis: boolean = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis && !process.env.CI) {
  console.warn(
    "redis-server is not installed, so its tests are skipped. To run them: apt-get install redis-server, or brew install redis",
  );
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export async function startRedis(port?: number): Promise<RedisServer> {
  port ??= await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  // The server inherits no output stream. If it outlived the tests, a reader of their output would otherwise never see
  // the end.
  const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "ignore"] });
  await waitUntilReady(server.stdout);
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    process: server,
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill("SIGKILL");
      await once(server, "exit");
    },
  };
}

async function waitUntilReady(log: AsyncIterable<Buffer>): Promise<void> {
  let text = "";
  for await (const chunk of log) {
    text += chunk;
    if (text.includes("Ready to accept connections")) return;
  }
  throw new Error(`redis-server did not start:\n${text}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The operating system assigned no port");
  return address.port;
}
