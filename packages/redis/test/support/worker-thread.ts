/** Makes requests in a worker thread, within the limits of a limiter in Redis or of the thread alone. */
import { parentPort, workerData } from "node:worker_threads";
import { createLimiter, createQBenchClient } from "@qbench-sdk/client";
import { redisLimiter } from "@qbench-sdk/redis";
import { createClient } from "redis";

export interface ThreadSettings {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Undefined for limits that the thread does not share. */
  readonly redisUrl: string | undefined;
  readonly limits: { readonly concurrent: number; readonly requests: number; readonly windowMs: number };
  readonly requests: number;
}

/** What a thread reports at its end. */
export interface ThreadReport {
  readonly completed: number;
  /** How often Redis failed and the fallback was used. */
  readonly fallbacks: number;
}

const { url, clientId, clientSecret, redisUrl, limits, requests }: ThreadSettings = workerData;
let fallbacks = 0;

async function connect(address: string) {
  const redis = createClient({ url: address });
  redis.on("error", () => {});
  await redis.connect();
  return redis;
}

const redis = redisUrl === undefined ? undefined : await connect(redisUrl);
const client = createQBenchClient({
  baseUrl: url,
  clientId,
  clientSecret,
  // So that each 429 is seen.
  retry: false,
  limits: redis
    ? redisLimiter(redis, {
        origin: url,
        ...limits,
        fallback: createLimiter({ concurrent: 1 }),
        // A slow machine must not look like a slow Redis.
        commandTimeoutMs: 20_000,
        onError: () => {
          fallbacks += 1;
        },
      })
    : limits,
});

const calls = Array.from({ length: requests }, () => client.teams.get(1));
const completed = (await Promise.allSettled(calls)).filter(({ status }) => status === "fulfilled").length;
const report: ThreadReport = { completed, fallbacks };
parentPort?.postMessage(report);
await redis?.close();
