import { fork } from "node:child_process";
import { once } from "node:events";
import type { ApiClient, EmulatorOptions, Stats } from "@qbench-sdk/emulator";

export interface EmulatedTenant {
  readonly url: string;
  /** Each has limits of its own. */
  readonly clients: readonly ApiClient[];
  /** How many calls were refused with 429 so far. */
  refusals(): Promise<number>;
  close(): void;
}

/** Limits that hold nobody back. */
export const noLimits = { concurrent: 1000, requests: 1_000_000_000, windowMs: 1000 };

/** An emulator in a process of its own, so that its work is not that of the client. */
export async function startEmulatedTenant(options: EmulatorOptions): Promise<EmulatedTenant> {
  const child = fork(new URL("emulator-process.ts", import.meta.url), [JSON.stringify(options)]);
  const [{ url, clients }] = await once(child, "message");
  return {
    url,
    clients,
    async refusals() {
      child.send("stats");
      const [stats]: Stats[] = await once(child, "message");
      return (stats?.throttledByRate ?? 0) + (stats?.throttledByConcurrency ?? 0);
    },
    close: () => child.disconnect(),
  };
}
