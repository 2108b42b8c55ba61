/** A service as it runs in a fleet: it makes calls all the time, for several API clients, with its tokens in Redis. */
import { createAuthMiddleware, createTokenSource, ReplayableRequest } from "@qbench-sdk/auth";
import { redisTokenStore } from "@qbench-sdk/redis";
import createClient from "openapi-fetch";
import { createClient as createRedis } from "redis";
import {
  ASKED_HEADER,
  CALL_HEADER,
  IDENTITY_HEADER,
  INJECTED_HEADER,
  type Report,
  WORKER_HEADER,
  type WorkerSettings,
} from "./messages.ts";

interface Paths {
  "/qbench/api/v2/customers/{id}": {
    get: { parameters: { path: { id: number } }; responses: { 200: { content: { "application/json": unknown } } } };
  };
  "/qbench/api/v2/customers": {
    patch: {
      requestBody: { content: { "application/json": { id: number; customer_name: string }[] } };
      responses: { 200: { content: { "application/json": unknown } } };
    };
  };
}

/** Longer than all that a call may wait for. */
const HANGS_AFTER_MS = 20_000;

const tell = (report: Report): void => void process.send?.(report);

async function work({
  number,
  url,
  redisUrl,
  identities,
  callsAtOnce,
  pauseMs,
  clockOffsetMs,
}: WorkerSettings): Promise<void> {
  const redis = createRedis({ url: redisUrl, socket: { reconnectStrategy: 100 } });
  redis.on("error", () => {});
  await redis.connect();
  const store = redisTokenStore(redis, { lockTtlMs: 2000 });

  let calls = 0;
  let repeated = 0;
  /** When each call that is under way began. */
  const underWay = new Map<string, number>();
  setInterval(() => {
    tell({ type: "progress", calls, repeated });
    calls = 0;
    repeated = 0;
    for (const [call, startedAt] of underWay) {
      if (performance.now() - startedAt < HANGS_AFTER_MS) continue;
      underWay.delete(call);
      tell({ type: "failure", call, reason: `no answer within ${HANGS_AFTER_MS} ms` });
    }
  }, 200);

  const clients = identities.map(({ id, secret, renewal, isShared }) => {
    const source = createTokenSource({
      baseUrl: url,
      clientId: id,
      clientSecret: secret,
      renewal,
      ...(isShared
        ? { store }
        : { clock: { now: () => Date.now() + clockOffsetMs, monotonic: () => performance.now() } }),
      timeoutMs: 10_000,
      fetch: request => {
        request.headers.set(ASKED_HEADER, String(Date.now()));
        request.headers.set(WORKER_HEADER, String(number));
        request.headers.set(IDENTITY_HEADER, isShared ? id : `${id} ${number}`);
        return fetch(request);
      },
    });
    source.on(event => {
      if (event.type === "token-rejected" && event.willReplay) repeated += 1;
    });
    const client = createClient<Paths>({ baseUrl: url, Request: ReplayableRequest });
    client.use(createAuthMiddleware(source));
    return client;
  });

  let callNumber = 0;
  async function callOn(): Promise<never> {
    for (;;) {
      const client = clients[Math.floor(Math.random() * clients.length)];
      if (!client) throw new Error("a worker needs an identity");
      callNumber += 1;
      const call = `${number}-${callNumber}`;
      const headers = { [CALL_HEADER]: call };
      const startedAt = performance.now();
      underWay.set(call, startedAt);
      try {
        const { response, error } = await (Math.random() < 0.8
          ? client.GET("/qbench/api/v2/customers/{id}", { params: { path: { id: 1 } }, headers })
          : client.PATCH("/qbench/api/v2/customers", { body: [{ id: 1, customer_name: call }], headers }));
        if (!response.ok && !response.headers.has(INJECTED_HEADER)) {
          tell({ type: "failure", call, reason: `${response.status} ${JSON.stringify(error)}` });
        } else if (!response.ok) {
          tell({ type: "injected" });
        }
      } catch (error) {
        tell({ type: "failure", call, reason: String(error) });
      }
      underWay.delete(call);
      calls += 1;
      const tookMs = performance.now() - startedAt;
      if (tookMs > 2000) tell({ type: "slow", call, tookMs });
      await new Promise(resolve => setTimeout(resolve, pauseMs * 2 * Math.random()));
    }
  }
  await Promise.all(Array.from({ length: callsAtOnce }, callOn));
}

process.once("message", (settings: WorkerSettings) => void work(settings));
process.once("disconnect", () => process.exit());
