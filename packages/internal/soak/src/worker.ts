/** Simulates one process of a fleet: it makes API requests continuously, for several API clients, with tokens in Redis. */
import { inspect } from "node:util";
import { createAuthMiddleware, createTokenSource, ReplayableRequest } from "@qbench-sdk/auth";
import { redisTokenStore } from "@qbench-sdk/redis";
import createClient from "openapi-fetch";
import { createClient as createRedis } from "redis";
import {
  IDENTITY_HEADER,
  INJECTED_HEADER,
  RENEWAL_STARTED_AT_HEADER,
  REQUEST_ID_HEADER,
  type Report,
  STARTED_AT_HEADER,
  STORE_FAILED_HEADER,
  WORKER_HEADER,
  type WorkerSettings,
} from "./messages.ts";
import { createTokenTimes } from "./token-times.ts";

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

/** Longer than the sum of all time limits of one request. */
const HANGS_AFTER_MS = 60_000;

const send = (report: Report): void => void process.send?.(report);

async function work({
  number,
  url,
  redisUrl,
  identities,
  concurrentRequests,
  pauseMs,
  clockOffsetMs,
}: WorkerSettings): Promise<void> {
  const redis = createRedis({ url: redisUrl, socket: { reconnectStrategy: 100 } });
  redis.on("error", () => {});
  await redis.connect();
  const store = redisTokenStore(redis, { lockTtlMs: 2000 });

  let requests = 0;
  let replayed = 0;
  /** The start of each request in flight, by its id. */
  const inFlight = new Map<string, number>();
  setInterval(() => {
    send({ type: "progress", requests, replayed });
    requests = 0;
    replayed = 0;
    for (const [requestId, startedAt] of inFlight) {
      if (performance.now() - startedAt < HANGS_AFTER_MS) continue;
      inFlight.delete(requestId);
      send({ type: "failure", requestId, reason: `no response within ${HANGS_AFTER_MS} ms` });
    }
  }, 200);

  const clients = identities.map(({ id, secret, renewal, isShared }) => {
    const identity = isShared ? id : `${id} ${number}`;
    let startedAt = 0;
    let renewalStartedAt = 0;
    let storeFailed = false;
    let storeIsBypassed = false;
    const times = createTokenTimes();
    const source = createTokenSource({
      baseUrl: url,
      clientId: id,
      clientSecret: secret,
      renewal,
      ...(isShared
        ? { store }
        : { clock: { now: () => Date.now() + clockOffsetMs, monotonic: () => performance.now() } }),
      // A server that is only slow must not look as if it had lost the request.
      timeoutMs: 30_000,
      fetch: request => {
        request.headers.set(STARTED_AT_HEADER, String(startedAt));
        request.headers.set(RENEWAL_STARTED_AT_HEADER, String(renewalStartedAt));
        request.headers.set(WORKER_HEADER, String(number));
        request.headers.set(IDENTITY_HEADER, identity);
        if (storeFailed || storeIsBypassed) request.headers.set(STORE_FAILED_HEADER, "1");
        return fetch(request);
      },
    });
    source.on(event => {
      // Written so that the soak finds secrets in events.
      console.log(inspect(event, { depth: null }));
      if (event.type === "token-rejected" && event.willReplay) replayed += 1;
      if (event.type === "exchange-started") {
        startedAt = Date.now();
        if (event.attempt === 1) renewalStartedAt = startedAt;
      }
      if (event.type === "exchange-succeeded") {
        storeFailed = false;
        times.onExchange();
        send({ type: "token-received", identity });
        if (storeIsBypassed) send({ type: "unsaved-token", identity });
      }
      if (event.type === "store-bypassed") storeIsBypassed = true;
      if (event.type === "store-restored") storeIsBypassed = false;
      if (event.type === "store-failed") {
        storeFailed = true;
        if (event.operation === "set") send({ type: "unsaved-token", identity });
      }
    });
    const client = createClient<Paths>({ baseUrl: url, Request: ReplayableRequest });
    client.use(createAuthMiddleware(times.observe(source)));
    return { client, times };
  });

  let requestNumber = 0;
  async function requestForever(): Promise<never> {
    for (;;) {
      const { client, times } = clients[Math.floor(Math.random() * clients.length)] ?? {};
      if (!client || !times) throw new Error("A worker needs at least one identity");
      requestNumber += 1;
      const requestId = `${number}-${requestNumber}`;
      const headers = { [REQUEST_ID_HEADER]: requestId };
      const startedAt = performance.now();
      inFlight.set(requestId, startedAt);
      try {
        const { response, error, wasOutlived } = await times.send<{ response: Response; error?: unknown }>(() =>
          Math.random() < 0.8
            ? client.GET("/qbench/api/v2/customers/{id}", { params: { path: { id: 1 } }, headers })
            : client.PATCH("/qbench/api/v2/customers", { body: [{ id: 1, customer_name: requestId }], headers }),
        );
        if (!response.ok) {
          if (response.headers.has(INJECTED_HEADER)) send({ type: "injected" });
          else if (wasOutlived()) send({ type: "outlived" });
          else send({ type: "failure", requestId, reason: `${response.status} ${JSON.stringify(error)}` });
        }
      } catch (error) {
        console.log(inspect(error, { depth: null }));
        send({ type: "failure", requestId, reason: String(error) });
      }
      inFlight.delete(requestId);
      requests += 1;
      const tookMs = performance.now() - startedAt;
      if (tookMs > 2000) send({ type: "slow", requestId, tookMs });
      await new Promise(resolve => setTimeout(resolve, pauseMs * 2 * Math.random()));
    }
  }
  await Promise.all(Array.from({ length: concurrentRequests }, requestForever));
}

process.once("message", (settings: WorkerSettings) => void work(settings));
process.once("disconnect", () => process.exit());
