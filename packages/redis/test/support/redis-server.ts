import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export const hasRedis: boolean = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis && !process.env.CI) {
  console.warn("No redis-server here, so its tests are skipped: apt-get install redis-server, or brew install redis");
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
  // Nothing is inherited: whoever waits for the end of the test's output would wait for a server that was left behind.
  const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "ignore"] });
  await ready(server.stdout);
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

async function ready(log: AsyncIterable<Buffer>): Promise<void> {
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
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
