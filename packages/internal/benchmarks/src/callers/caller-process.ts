/**
 * Makes calls with one library: `caller-process.ts FILE NAME METHOD SETTINGS`. For each message, it makes that many
 * calls one after the other, and sends the `Turn` to the parent process.
 */
import { setImmediate } from "node:timers/promises";
import { median } from "../measure/spread.ts";
import type { Turn } from "./caller.ts";
import { NO_NETWORK, stubGlobalFetch } from "./stub-fetch.ts";

/** Calls without a network never leave the microtask queue, which no program does. */
const CALLS_PER_MACROTASK = 20;

const [file = "", name = "", method = "", argument = ""] = process.argv.slice(2);
const settings = JSON.parse(argument);
if (settings.baseUrl === NO_NETWORK) stubGlobalFetch();
const { callers } = await import(file);
const { [method]: call } = await callers[name](settings);

async function takeTurn(calls: number): Promise<Turn> {
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) {
    if (i % CALLS_PER_MACROTASK === 0) await setImmediate();
    const begin = performance.now();
    await call();
    times.push(performance.now() - begin);
  }
  const { user, system } = process.cpuUsage(before);
  return { ms: median(times), cpuMs: (user + system) / 1000 / calls };
}

process.on("message", async (calls: number) => process.send?.(await takeTurn(calls)));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
