import { once } from "node:events";
import { createServer } from "node:http";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** Creates a tenant without a network: each response resolves immediately. */
export function stubFetch(): { fetch: (request: Request) => Promise<Response>; readonly exchanges: number } {
  let exchanges = 0;
  return {
    async fetch(request) {
      if (!request.url.endsWith("/token")) return Response.json({ data: [] }, { headers: { "Content-Length": "11" } });
      exchanges += 1;
      return Response.json({ access_token: `token-${exchanges}`, token_type: "Bearer", expires_in: 3600 });
    },
    get exchanges() {
      return exchanges;
    },
  };
}

/** Starts a tenant that listens on the loopback interface, in its own thread. */
export async function startTenant(tokenSeconds: number): Promise<{ url: string; close: () => Promise<void> }> {
  const thread = new Worker(new URL(import.meta.url), { workerData: { tokenSeconds } });
  const [port] = await once(thread, "message");
  return { url: `http://127.0.0.1:${port}`, close: async () => void (await thread.terminate()) };
}

if (!isMainThread) {
  let tokens = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const isToken = request.url?.endsWith("/token");
      if (isToken) tokens += 1;
      const body = JSON.stringify(
        isToken
          ? { access_token: `token-${tokens}`, token_type: "Bearer", expires_in: workerData.tokenSeconds }
          : { data: [], total_count: 0 },
      );
      response
        .writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
        .end(body);
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    parentPort?.postMessage(typeof address === "object" && address ? address.port : 0);
  });
}
