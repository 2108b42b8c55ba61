/**
 * Reads a whole list of a tenant, in a process of its own: `read-million.ts SETTINGS`, by the client, or by bare fetch with
 * the token of the settings. Tells how much memory the process had when idle, and at most. Run with `--expose-gc`.
 */
import { setTimeout } from "node:timers/promises";
import { createQBenchClient } from "@qbench-sdk/client";
import { pageCallers } from "./page-callers.ts";
import { readInLoop } from "./read-in-loop.ts";

const { token, ...settings } = JSON.parse(process.argv[2] ?? "{}");
const client = createQBenchClient({ ...settings, limits: false });
const ask = pageCallers["bare fetch"](settings.baseUrl, token);
if (token) await ask(1);
else await client.contacts.list({ page_size: 1 });
for (let times = 0; times < 3; times++) {
  globalThis.gc?.();
  await setTimeout(100);
}
const idle = process.memoryUsage().rss;
const begin = performance.now();
let rows = 0;
if (token) await readInLoop(ask, page => (rows += page.data.length));
else for await (const row of client.contacts.list()) if (row.id !== undefined) rows++;
const ms = performance.now() - begin;
process.send?.({ rows, ms, idle, most: process.resourceUsage().maxRSS * 1024 });
process.disconnect?.();
