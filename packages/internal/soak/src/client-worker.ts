/** Simulates one process of a fleet that shares the tenant's limits: it reads lists, writes records and transfers files. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import type { TokenStore } from "@qbench-sdk/auth";
import {
  type ClientEvent,
  createLimiter,
  createQBenchClient,
  downloadFile,
  QBenchApiError,
  QBenchConnectionError,
  QBenchWriteError,
  uploadAttachment,
} from "@qbench-sdk/client";
import { redisLimiter, redisTokenStore } from "@qbench-sdk/redis";
import { createClient as createRedis } from "redis";
import { type ClientReport, type ClientWorkerSettings, STOP, type WrittenNames } from "./client-messages.ts";
import {
  checkOddCreate,
  checkOddRecord,
  checkOddWait,
  findMissing,
  MAX_REQUESTS,
  oneSecondStatuses,
  readOddList,
} from "./odd-reads.ts";
import {
  createOddities,
  HUNG_STORE,
  LATE_RETRY,
  listOddities,
  NO_LIFETIME,
  ODDITY_HEADER,
  READ_HEADER,
  recordOddities,
} from "./oddities.ts";

const CONTACTS_PER_WRITE = 8;
const CHUNK_SIZE = 3;
const MAX_FILE_BYTES = 60_000;
/** With the default of 4, one read in 40,000 would meet an injected fault at each attempt. */
const RETRY = { attempts: 8 };
/** Longer than the time limits of the store and a queue of requests take together. */
const HANGS_AFTER_MS = 90_000;
/** The store does not respond in the first part of each of these intervals. */
const HANG_INTERVAL_MS = 12_000;
const HANG_MS = 5000;

const send = (report: ClientReport): void => void process.send?.(report);

function fail(what: string, error?: unknown): void {
  // The whole error is written, so that the soak finds secrets in its properties and causes.
  console.log(what, inspect(error, { depth: null }));
  send({ type: "failure", reason: `${what}${error === undefined ? "" : `: ${String(error)}`}` });
}

process.on("unhandledRejection", error => fail("unhandled rejection", error));

/**
 * Returns true if an injected fault can be the reason. Requests that only read must not fail at all. A 400 without a type is
 * a rejected token whose response broke off.
 */
const isInjected = (error: unknown): boolean =>
  error instanceof QBenchConnectionError ||
  (error instanceof QBenchApiError &&
    (error.status >= 500 || error.status === 408 || (error.status === 400 && error.type === undefined)));

/** Wraps a store so that its operations never end while it hangs. Once it hangs, an operation never ends. */
function hangAtTimes(store: TokenStore): TokenStore {
  const { lock } = store;
  const unlessHung = async <T>(operation: () => Promise<T>): Promise<T> => {
    if (Date.now() % HANG_INTERVAL_MS > HANG_MS) return operation();
    send({ type: "oddity", name: HUNG_STORE, outcome: "complete" });
    return new Promise(() => {});
  };
  return {
    get: key => unlessHung(() => store.get(key)),
    set: (key, tokens) => unlessHung(() => store.set(key, tokens)),
    delete: (key, token) => unlessHung(() => store.delete(key, token)),
    ...(lock && { lock: (key, run, options) => unlessHung(() => lock(key, run, options)) }),
  };
}

async function work(settings: ClientWorkerSettings): Promise<void> {
  const { number, url, redisUrl, clientId, clientSecret, limits, fallback, lastingContacts, oddReader, oddLists } =
    settings;
  const redis = createRedis({ url: redisUrl, socket: { reconnectStrategy: 100 } });
  redis.on("error", () => {});
  await redis.connect();
  function onEvent(event: ClientEvent): void {
    console.log(inspect(event));
    if (event.type === "retry" && oneSecondStatuses.includes(event.status)) {
      send({ type: "oddity", name: LATE_RETRY, outcome: "complete" });
      const problem = checkOddWait(event);
      if (problem !== undefined) fail(problem);
    }
  }
  /** The reads of odd lists, by the value of their header. */
  const reads = new Map<string, { requests: number; stopping: AbortController }>();
  const client = createQBenchClient({
    baseUrl: url,
    clientId,
    clientSecret,
    store: hangAtTimes(redisTokenStore(redis, { lockTtlMs: 2000 })),
    limits: redisLimiter(redis, {
      origin: url,
      ...limits,
      fallback: createLimiter(fallback),
      onError: () => send({ type: "fallback" }),
    }),
    retry: RETRY,
    async fetch(request, init) {
      try {
        return await fetch(request, init);
      } catch (error) {
        // A list read aborts the requests for pages that it no longer needs.
        if (init?.signal?.aborted) send({ type: "aborted" });
        throw error;
      }
    },
    onIgnoredFields: "throw",
    onEvent(event) {
      onEvent(event);
      if (event.type === "queued") send({ type: "queued" });
    },
  });
  // A client with limits of its own, so that a read that takes many requests ends before the process is killed.
  const oddClient = createQBenchClient({
    baseUrl: url,
    ...oddReader,
    limits: createLimiter(fallback),
    retry: RETRY,
    onEvent,
    fetch(request, init) {
      // The token endpoint is the only one that has this oddity.
      if (!request.headers.has(ODDITY_HEADER)) request.headers.set(ODDITY_HEADER, NO_LIFETIME);
      const read = reads.get(request.headers.get(READ_HEADER) ?? "");
      if (read) {
        read.requests += 1;
        // A read that does not end is stopped, so that the other tasks go on.
        if (read.requests > MAX_REQUESTS) read.stopping.abort(new Error("too many requests"));
      }
      return fetch(request, init);
    },
  });
  const stopping = new AbortController();
  const { signal } = stopping;

  async function readList(): Promise<void> {
    const seen = new Set<number>();
    try {
      for await (const { id } of client.contacts.list({ page_size: 50 }, { signal })) {
        if (seen.has(id)) fail(`the contact ${id} was read twice`);
        seen.add(id);
      }
    } catch (error) {
      if (!signal.aborted) fail("a list could not be read", error);
      return;
    }
    for (let id = 1; id <= lastingContacts; id += 1) {
      if (!seen.has(id)) fail(`the contact ${id} is missing from a list`);
    }
    send({ type: "list-read", rows: seen.size });
  }

  /** Runs a write. Returns undefined if it failed for an injected fault. */
  async function attempt<T>(what: string, write: () => Promise<T>): Promise<T | undefined> {
    try {
      return await write();
    } catch (error) {
      if (!isInjected(error)) fail(what, error);
      else {
        console.log(what, inspect(error, { depth: null }));
        send({ type: "failed-write" });
      }
      return undefined;
    }
  }

  let writes = 0;
  /** Creates contacts in several requests, and deletes them, so that records move between the pages of the list. */
  async function writeContacts(): Promise<void> {
    writes += 1;
    const names = Array.from({ length: CONTACTS_PER_WRITE }, (_, i) => `soak ${number}-${writes}-${i}`);
    const written: number[] = [];
    const outcomes: WrittenNames[] = [];
    try {
      const records = names.map(name => ({ first_name: name }));
      const created = await client.contacts.create(records, { chunkSize: CHUNK_SIZE });
      written.push(...created.map(({ id }) => id));
      outcomes.push({ state: "written", names });
    } catch (error) {
      if (!(error instanceof QBenchWriteError) || !isInjected(error.cause))
        return fail("contacts were not created", error);
      console.log(inspect(error, { depth: null }));
      send({ type: "failed-write" });
      for (const { state, start, count } of error.outcomes) {
        outcomes.push({ state, names: names.slice(start, start + count) });
      }
    }
    send({ type: "names", outcomes });
    for (const id of written) await attempt("a contact was not deleted", () => client.contacts.delete(id));
  }

  async function transferFile(): Promise<void> {
    const bytes = crypto.getRandomValues(new Uint8Array(1 + Math.floor(Math.random() * MAX_FILE_BYTES)));
    const attachment = { attachment_type: "ORDER", object_id: 1, file_name: `soak ${number}.bin` } as const;
    const created = await attempt("a file was not uploaded", () => uploadAttachment(client, attachment, bytes));
    if (!created) return;
    try {
      const { stream } = await downloadFile(await client.attachments.get(created.id));
      const read = Buffer.from(await new Response(stream).arrayBuffer());
      if (!read.equals(bytes)) fail(`a file of ${bytes.length} bytes was read as ${read.length} other bytes`);
      send({ type: "file-transferred", bytes: bytes.length });
    } catch (error) {
      fail("a file was not downloaded", error);
    }
    await sleep(500);
  }

  let oddReads = 0;
  /** Reads a list with the next oddity. */
  async function readOddity(): Promise<void> {
    const name = oddLists[oddReads % oddLists.length] ?? "total_count is 0";
    oddReads += 1;
    const id = `${number}-${oddReads}`;
    const read = { requests: 0, stopping: new AbortController() };
    reads.set(id, read);
    const options = {
      signal: AbortSignal.any([signal, read.stopping.signal]),
      headers: { [ODDITY_HEADER]: name, [READ_HEADER]: id },
    };
    const list = oddClient.contacts.list({ page_size: 50 }, options);
    const result = await readOddList(list, lastingContacts, () => read.requests);
    reads.delete(id);
    if (signal.aborted) return;
    if ("problem" in result) return fail(`a list in which ${name}: ${result.problem}`);
    send({ type: "oddity", name, outcome: result.outcome });
    if (result.outcome === "complete" || !("keepsPages" in listOddities[name])) return;
    const { seen, cursor } = result;
    const rest = { signal, headers: { [READ_HEADER]: id }, ...(cursor && { cursor }) };
    try {
      for await (const { id } of oddClient.contacts.list({ page_size: 50 }, rest)) seen.add(id);
      const problem = findMissing(seen, lastingContacts)?.problem;
      if (problem !== undefined) fail(`a list in which ${name}, continued from its cursor: ${problem}`);
    } catch (error) {
      if (!signal.aborted) fail("a list could not be continued", error);
    }
  }

  /** Reads a record from a server that does not send it. */
  async function readOddRecord(): Promise<void> {
    for (const name of Object.keys(recordOddities)) {
      if (signal.aborted) return;
      const call = client.contacts.get(1, undefined, { signal, headers: { [ODDITY_HEADER]: name } });
      const problem = await checkOddRecord(call);
      if (signal.aborted) return;
      if (problem === undefined) send({ type: "oddity", name, outcome: "error" });
      else fail(`${name}: ${problem}`);
      await sleep(1500, undefined, { signal }).catch(() => {});
    }
  }

  /** Creates contacts on a server that does not send all of them back. */
  async function createOddly(): Promise<void> {
    for (const name of Object.keys(createOddities)) {
      if (signal.aborted) return;
      writes += 1;
      const names = Array.from({ length: CONTACTS_PER_WRITE }, (_, i) => `soak ${number}-${writes}-${i}`);
      const records = names.map(name => ({ first_name: name }));
      const error = await client.contacts
        .create(records, { chunkSize: CHUNK_SIZE, headers: { [ODDITY_HEADER]: name } })
        .then(
          created => new Error(`it resolved to ${created.length} of ${records.length} records`),
          (reason: unknown) => reason,
        );
      console.log(inspect(error, { depth: null }));
      if (error instanceof QBenchWriteError && isInjected(error.cause)) send({ type: "failed-write" });
      else {
        const problem = checkOddCreate(error, CHUNK_SIZE);
        if (problem === undefined) send({ type: "oddity", name, outcome: "error" });
        else fail(`${name}: ${problem}`);
      }
      if (error instanceof QBenchWriteError) {
        const outcomes = error.outcomes.map(
          ({ state, start, count }): WrittenNames => ({ state, names: names.slice(start, start + count) }),
        );
        send({ type: "names", outcomes });
      }
      await sleep(3000, undefined, { signal }).catch(() => {});
    }
  }

  /** Repeats a task until the worker stops. A task that hangs is a failure. */
  const repeat = async (task: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      const timer = setTimeout(() => fail(`${task.name} took more than ${HANGS_AFTER_MS} ms`), HANGS_AFTER_MS);
      await task();
      clearTimeout(timer);
    }
  };
  process.on("message", message => {
    if (message === STOP) stopping.abort();
  });
  const tasks = [readList, writeContacts, transferFile, readOddity, readOddRecord, createOddly];
  await Promise.all(tasks.map(repeat));
  send({ type: "idle" });
}

process.once("message", (settings: ClientWorkerSettings) => void work(settings));
process.once("disconnect", () => process.exit());
