/** Simulates one process of a fleet that shares the tenant's limits: it reads lists, writes records and transfers files. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import {
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

const CONTACTS_PER_WRITE = 8;
const CHUNK_SIZE = 3;
const MAX_FILE_BYTES = 60_000;

const send = (report: ClientReport): void => void process.send?.(report);

function fail(what: string, error?: unknown): void {
  // The whole error is written, so that the soak finds secrets in its properties and causes.
  console.log(what, inspect(error, { depth: null }));
  send({ type: "failure", reason: `${what}${error === undefined ? "" : `: ${String(error)}`}` });
}

process.on("unhandledRejection", error => fail("unhandled rejection", error));

/** Returns true if an injected fault can be the reason. Requests that only read must not fail at all. */
const isInjected = (error: unknown): boolean =>
  (error instanceof QBenchApiError && error.status >= 500) || error instanceof QBenchConnectionError;

async function work(settings: ClientWorkerSettings): Promise<void> {
  const { number, url, redisUrl, clientId, clientSecret, limits, fallback, lastingContacts } = settings;
  const redis = createRedis({ url: redisUrl, socket: { reconnectStrategy: 100 } });
  redis.on("error", () => {});
  await redis.connect();
  const client = createQBenchClient({
    baseUrl: url,
    clientId,
    clientSecret,
    store: redisTokenStore(redis, { lockTtlMs: 2000 }),
    limits: redisLimiter(redis, {
      origin: url,
      ...limits,
      fallback: createLimiter(fallback),
      onError: () => send({ type: "fallback" }),
    }),
    onIgnoredFields: "throw",
    onEvent(event) {
      console.log(inspect(event));
      if (event.type === "queued") send({ type: "queued" });
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

  const repeat = async (task: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) await task();
  };
  process.on("message", message => {
    if (message === STOP) stopping.abort();
  });
  await Promise.all([repeat(readList), repeat(writeContacts), repeat(transferFile)]);
  send({ type: "idle" });
}

process.once("message", (settings: ClientWorkerSettings) => void work(settings));
process.once("disconnect", () => process.exit());
