/**
 * Reads all contacts and keeps none: `node --expose-gc read-million.ts client|loop SETTINGS`. Sends the `LiveMemory` to
 * the parent process.
 */
import { createTokenSource } from "@qbench-sdk/auth";
import { createQBenchClient } from "@qbench-sdk/client";
import { createFetchPage, readInLoop } from "../callers/read-in-loop.ts";

export interface LiveMemory {
  readonly rows: number;
  /** Before the read, in bytes. */
  readonly idle: number;
  /** The largest sample during the read, in bytes. */
  readonly peak: number;
  readonly samples: number;
}

const SAMPLE_EVERY_MS = 100;

const [reader = "", argument = ""] = process.argv.slice(2);
const settings = JSON.parse(argument);
const client = createQBenchClient({ ...settings, limits: false });
const fetchPage = createFetchPage(settings.baseUrl, await createTokenSource(settings).getToken());
let rows = 0;

const readers: Record<string, () => Promise<void>> = {
  async client() {
    for await (const row of client.contacts.list()) if (row.id !== undefined) rows++;
  },
  loop: () => readInLoop(fetchPage, page => (rows += page.data.length)),
};

/** Collects all garbage, so that only live objects are left. Counts the heap, and the buffers outside of it. */
function measureLive(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

// Loads what belongs to the idle state: code, a token and a connection.
await client.contacts.list({ page_size: 1 });
await fetchPage(1);
const idle = measureLive();
let peak = 0;
let samples = 0;
// A timer runs between callbacks, when no call is on the stack, so the collection is exact.
const timer = setInterval(() => {
  peak = Math.max(peak, measureLive());
  samples++;
}, SAMPLE_EVERY_MS);
await readers[reader]?.();
clearInterval(timer);
const result: LiveMemory = { rows, idle, peak, samples };
process.send?.(result);
process.disconnect?.();
