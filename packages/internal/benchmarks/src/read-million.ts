/**
 * Reads a whole list of a tenant in its own process: `node --expose-gc read-million.ts SETTINGS`. If the settings contain a
 * token, it reads by bare fetch with that token, otherwise by the client. Sends the process's memory when idle and at its peak
 * to the parent process.
 */
import { setTimeout } from "node:timers/promises";
import { createQBenchClient } from "@qbench-sdk/client";
import { pageCallers } from "./page-callers.ts";
import { readInLoop } from "./read-in-loop.ts";

const { token, ...settings } = JSON.parse(process.argv[2] ?? "{}");
const client = createQBenchClient({ ...settings, limits: false });
const fetchPage = pageCallers["bare fetch"](settings.baseUrl, token);
if (token) await fetchPage(1);
else await client.contacts.list({ page_size: 1 });
for (let times = 0; times < 3; times++) {
  globalThis.gc?.();
  await setTimeout(100);
}
const idle = process.memoryUsage().rss;
const begin = performance.now();
let rows = 0;
if (token) await readInLoop(fetchPage, page => (rows += page.data.length));
else for await (const row of client.contacts.list()) if (row.id !== undefined) rows++;
const ms = performance.now() - begin;
process.send?.({ rows, ms, idle, peak: process.resourceUsage().maxRSS * 1024 });
process.disconnect?.();
