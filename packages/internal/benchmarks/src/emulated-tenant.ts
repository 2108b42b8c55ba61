import { fork } from "node:child_process";
import { once } from "node:events";
import type { ApiClient, EmulatorOptions, Stats } from "@qbench-sdk/emulator";

export interface EmulatedTenant {
  readonly url: string;
  /** Each client has its own limits. */
  readonly clients: readonly ApiClient[];
  /** Returns how many requests were rejected with 429 so far. */
  rateLimitedRequests(): Promise<number>;
  close(): void;
}

/** Limits that are too high to delay any request. */
export const noLimits = { concurrent: 1000, requests: 1_000_000_000, windowMs: 1000 };

/** Starts an emulator in its own process, so that its work is not measured as the client's. */
export async function startEmulatedTenant(options: EmulatorOptions): Promise<EmulatedTenant> {
  const child = fork(new URL("emulator-process.ts", import.meta.url), [JSON.stringify(options)]);
  const [{ url, clients }] = await once(child, "message");
  return {
    url,
    clients,
    async rateLimitedRequests() {
      child.send("stats");
      const [stats]: Stats[] = await once(child, "message");
      return (stats?.throttledByRate ?? 0) + (stats?.throttledByConcurrency ?? 0);
    },
    close: () => child.disconnect(),
  };
}
