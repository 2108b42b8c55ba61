import { setTimeout as sleep } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import { createLimiter, createQBenchClient } from "@qbench-sdk/client";
import { createEmulator, type Fault } from "@qbench-sdk/emulator";
import { redisLimiter } from "@qbench-sdk/redis";
import { createClient as createRedis } from "redis";
import {
  type ClientReport,
  type ClientWorkerSettings,
  STOP,
  type TenantLimits,
  type WrittenNames,
} from "./client-messages.ts";
import { startFleet } from "./fleet.ts";
import { listen } from "./listen.ts";
import { injectedHeaders as headers, INJECTED_HEADER } from "./messages.ts";
import { type ListOddityName, listOddities, oddityNames, READ_HEADER, respondOddly } from "./oddities.ts";

const PROCESSES = 3;
/** So low that the processes reach them on any machine. */
const LIMITS: TenantLimits = { concurrent: 4, requests: 50, windowMs: 2000 };
const FALLBACK: TenantLimits = { concurrent: 1, requests: 16, windowMs: 2000 };
const LASTING_CONTACTS = 250;
/** How long a slot of a killed process stays in use. */
const LEASE_MS = 10_000;
const KILL_INTERVAL_MS = 7000;
/**
 * How long a 429 is explained by a failure of Redis. The limiter asks its fallback for one second, the last of these calls
 * waits up to one window for its slot, its request counts for another window, and the two requests take up to two seconds
 * on a busy machine.
 */
const EXPLAINED_MS = 1000 + 2 * LIMITS.windowMs + 2000;
const MAX_DRAIN_MS = 60_000;

/**
 * Dates that are 1 s apart, and years behind the clocks of the processes. A client that judges the second date by its own
 * clock does not wait.
 */
const ONE_SECOND_LATER = { Date: "Mon, 05 Jan 2026 09:00:00 GMT", "Retry-After": "Mon, 05 Jan 2026 09:00:01 GMT" };

/** Reads survive all of these. A write fails if QBench may have executed it. */
const faults: readonly Fault[] = [
  { on: "api", cut: "before", probability: 0.01 },
  { on: "api", cut: "during", probability: 0.01 },
  { on: "api", cut: "after", probability: 0.01 },
  { on: "api", status: 500, headers, probability: 0.01 },
  { on: "api", status: 503, headers, probability: 0.01 },
  { on: "api", status: 408, headers, probability: 0.005 },
  { on: "api", status: 520, headers: { ...headers, "Retry-After": "-5" }, probability: 0.005 },
  // The worker checks that it waits for a second after these two.
  { on: "api", status: 522, headers: { ...headers, "Retry-After": "1, 1" }, probability: 0.005 },
  { on: "api", status: 524, headers: { ...headers, ...ONE_SECOND_LATER }, probability: 0.005 },
  { on: "api", status: 429, headers: { ...headers, "Retry-After": "1" }, probability: 0.002 },
  { on: "api", latencyMs: 100, probability: 0.05 },
];

export interface ClientResult {
  processes: number;
  kills: number;
  listReads: number;
  rowsRead: number;
  filesTransferred: number;
  /** The contacts whose creation was reported, by the outcome. */
  names: Record<WrittenNames["state"], number>;
  failedWrites: number;
  /** Writes whose connection was cut, or whose response was an injected error. */
  injectedWriteFailures: number;
  /** Requests that had to wait for a slot. */
  queued: number;
  /** How often calls met an oddity of the server or of the store, by its name and by how they ended. */
  oddities: Readonly<Record<string, { complete: number; error: number }>>;
  /** The 429 responses: how many a failure of Redis or an aborted request explains, and descriptions of the others. */
  rateLimited: { explained: number; unexplained: readonly string[] };
  /** What must not happen, in words. */
  failures: readonly string[];
  /** False if slots were still in use after all requests had ended. */
  allSlotsReleased: boolean;
}

export interface ClientSoak {
  /** Called when Redis is about to stop. */
  onRedisStop(): void;
  progress(): ClientResult;
  /** Stops the workers, and compares what they reported with the records of the server. */
  finish(): Promise<ClientResult>;
}

/** Starts processes that use the client with shared limits, against a server that has the same limits. */
export async function startClientSoak(redisUrl: string, seconds: number): Promise<ClientSoak> {
  const emulator = createEmulator({
    clients: [{ name: "fleet" }, { name: "auditor" }, { name: "odd reader" }],
    limits: LIMITS,
    records: { contacts: LASTING_CONTACTS },
    tokens: { accessTokenSeconds: 20 },
    faults,
  });
  const [fleetClient, auditor, oddReader] = emulator.clients.list();
  if (!fleetClient || !auditor || !oddReader) throw new Error("The emulator has no API clients");

  const failures: string[] = [];
  const counts = {
    listReads: 0,
    rowsRead: 0,
    filesTransferred: 0,
    failedWrites: 0,
    injectedWriteFailures: 0,
    queued: 0,
  };
  const outcomes = new Map<string, WrittenNames["state"]>();
  const oddities = Object.fromEntries(oddityNames.map(name => [name, { complete: 0, error: 0 }]));
  const rateLimited: { at: number; message: string }[] = [];
  /** When Redis stopped, or a limiter noticed that Redis failed. */
  const redisFailedAt: number[] = [];
  let idle = 0;
  /** When requests were aborted before their responses began. */
  const abortedAt: number[] = [];
  /** True from the message {@link STOP} on. */
  let isStopping = false;
  /** True from the audit on, which must read the real records. */
  let isOver = false;
  let allSlotsReleased = true;

  const server = createAdaptorServer({
    async fetch(request, { incoming }) {
      const isWrite = request.method !== "GET";
      const cut = () => {
        if (isWrite) counts.injectedWriteFailures += 1;
        // Half of the connections are reset. The others are closed.
        if (Math.random() < 0.5 && "resetAndDestroy" in incoming.socket) incoming.socket.resetAndDestroy();
        else incoming.socket.destroy();
      };
      const respond = (each: Request) => emulator.fetch(each, { cut });
      const response = await (isOver ? respond(request) : respondOddly(request, respond));
      const isInjected = response.headers.has(INJECTED_HEADER);
      if (isInjected && isWrite) counts.injectedWriteFailures += 1;
      // The reader of odd lists does not share its limits, so it exceeds them after its process was replaced.
      const isShared = !request.headers.has(READ_HEADER);
      // A worker that stops aborts its reads. That releases their slots, while the server still responds to them.
      if (response.status === 429 && isShared && !isInjected && !isStopping) {
        rateLimited.push({ at: performance.now(), message: await response.clone().text() });
      }
      return response;
    },
  });
  const { url, close } = await listen(server);

  function handleReport(report: ClientReport): void {
    if (report.type === "list-read") {
      counts.listReads += 1;
      counts.rowsRead += report.rows;
    } else if (report.type === "names") {
      for (const { state, names } of report.outcomes) for (const name of names) outcomes.set(name, state);
    } else if (report.type === "file-transferred") counts.filesTransferred += 1;
    else if (report.type === "oddity") {
      const ends = oddities[report.name];
      if (ends) ends[report.outcome] += 1;
    } else if (report.type === "failed-write") counts.failedWrites += 1;
    else if (report.type === "queued") counts.queued += 1;
    else if (report.type === "fallback") redisFailedAt.push(performance.now());
    else if (report.type === "aborted") abortedAt.push(performance.now());
    else if (report.type === "idle") idle += 1;
    else failures.push(report.reason);
  }

  /** Returns all odd lists for a process, those first that were read least and that no other process begins with. */
  function nextOddLists(number: number): ListOddityName[] {
    const reads = (name: string) => (oddities[name]?.complete ?? 0) + (oddities[name]?.error ?? 0);
    const names = (Object.keys(listOddities) as ListOddityName[]).sort((a, b) => reads(a) - reads(b));
    const isOwn = (i: number) => i % PROCESSES === number % PROCESSES;
    return [...names.filter((_, i) => isOwn(i)), ...names.filter((_, i) => !isOwn(i))];
  }

  const fleet = startFleet<ClientReport>({
    program: "client-worker.ts",
    size: PROCESSES,
    settings: (number): ClientWorkerSettings => ({
      number,
      url,
      redisUrl,
      clientId: fleetClient.id,
      clientSecret: fleetClient.secret,
      limits: LIMITS,
      fallback: FALLBACK,
      oddReader: { clientId: oddReader.id, clientSecret: oddReader.secret },
      oddLists: nextOddLists(number),
      lastingContacts: LASTING_CONTACTS,
    }),
    onReport: handleReport,
    onFailure: reason => failures.push(reason),
  });

  const killTimer = setInterval(fleet.killRandom, KILL_INTERVAL_MS);
  // At the end, the slots of killed processes must be free again.
  const endOfKills = setTimeout(() => clearInterval(killTimer), seconds * 1000 - LEASE_MS - LIMITS.windowMs);

  function progress(): ClientResult {
    const names = { written: 0, failed: 0, unknown: 0, unsent: 0 };
    for (const state of outcomes.values()) names[state] += 1;
    const unexplained = rateLimited.flatMap(({ at, message }) => {
      // The report of a worker can arrive after the 429.
      const failures = redisFailedAt.filter(failed => failed < at + 1000).map(failed => Math.round(at - failed));
      const sinceFailure = Math.min(...failures);
      // Each aborted request can be one more in the window, if the server counted it after its slot was free.
      const aborted = abortedAt.filter(time => time > at - LIMITS.windowMs - 1000 && time < at + 1000).length;
      const count = Number(/current count: (\d+)/.exec(message)?.[1] ?? Number.POSITIVE_INFINITY);
      return sinceFailure < EXPLAINED_MS || count <= LIMITS.requests + aborted
        ? []
        : `a 429 was sent ${sinceFailure} ms after the last failure of Redis, with ${aborted} aborted requests: ${message}`;
    });
    return {
      processes: PROCESSES,
      kills: fleet.kills,
      ...counts,
      names,
      oddities,
      rateLimited: { explained: rateLimited.length - unexplained.length, unexplained },
      failures,
      allSlotsReleased,
    };
  }

  /** Takes all slots of the tenant, which only succeeds if no process holds one. */
  async function takeAllSlots(): Promise<boolean> {
    const redis = createRedis({ url: redisUrl });
    redis.on("error", () => {});
    await redis.connect();
    const limiter = redisLimiter(redis, {
      origin: url,
      ...LIMITS,
      fallback: createLimiter(FALLBACK),
      onError: error => failures.push(`Redis failed after the soak: ${error.message}`),
    });
    // Shorter than a lease, and long enough for the requests of the last window.
    const signal = AbortSignal.timeout(LIMITS.windowMs + 3000);
    const slots = await Promise.allSettled(Array.from({ length: LIMITS.concurrent }, () => limiter.acquire(signal)));
    for (const slot of slots) if (slot.status === "fulfilled") slot.value.release();
    redis.destroy();
    return slots.every(({ status }) => status === "fulfilled");
  }

  /** Compares the contacts of the server with the outcomes that the workers reported. */
  async function audit(): Promise<void> {
    emulator.faults.clear();
    isOver = true;
    const client = createQBenchClient({
      baseUrl: url,
      clientId: auditor?.id ?? "",
      clientSecret: auditor?.secret ?? "",
      limits: createLimiter(LIMITS),
    });
    const written = new Map<string, number>();
    for await (const { first_name: name } of client.contacts.list({ include_deleted: "TRUE" })) {
      if (name?.startsWith("soak ")) written.set(name, (written.get(name) ?? 0) + 1);
    }
    for (const times of written.values()) if (times > 1) failures.push(`a contact was written ${times} times`);
    for (const [name, state] of outcomes) {
      if (state === "written" && !written.has(name)) failures.push("a written contact does not exist");
      if ((state === "failed" || state === "unsent") && written.has(name)) {
        failures.push(`a contact exists although its outcome is "${state}"`);
      }
    }
  }

  return {
    onRedisStop: () => void redisFailedAt.push(performance.now()),
    progress,
    async finish() {
      clearTimeout(endOfKills);
      clearInterval(killTimer);
      isStopping = true;
      fleet.send(STOP);
      for (const begin = performance.now(); idle < PROCESSES && performance.now() < begin + MAX_DRAIN_MS; )
        await sleep(50);
      if (idle < PROCESSES) failures.push(`${PROCESSES - idle} processes did not stop within ${MAX_DRAIN_MS} ms`);
      allSlotsReleased = await takeAllSlots();
      await audit();
      await fleet.stop();
      await close();
      return progress();
    },
  };
}
