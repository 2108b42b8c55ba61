import type { ApiClient, EmulatorOptions, Stats } from "@qbench-sdk/emulator";
import { type Child, startChild } from "../measure/child.ts";

/** A server in its own process, so that its work is not measured as the client's. */
export interface Server {
  readonly url: string;
  close(): void;
}

export interface TenantOptions {
  readonly tokenSeconds: number;
  /** How long the token endpoint takes. */
  readonly tokenDelayMs: number;
}

/** Starts a server that responds to all requests alike, as fast as Node can. */
export const startTenant = (options: TenantOptions = { tokenSeconds: 3600, tokenDelayMs: 0 }): Promise<Server> =>
  startServer("tenant-process.ts", JSON.stringify(options));

/** Starts a server that sends the same bytes for each request. */
export const startByteServer = (body: string): Promise<Server> => startServer("bytes-process.ts", body);

async function startServer(file: string, argument: string): Promise<Server> {
  const child = await startChild<string>(new URL(file, import.meta.url), [argument]);
  return { url: child.ready, close: child.stop };
}

export interface EmulatedTenant extends Server {
  /** Each client has its own limits. */
  readonly clients: readonly ApiClient[];
  /** The settings of the first client. */
  readonly settings: Settings;
  /** Returns how many requests were rejected with 429 so far. */
  rateLimitedRequests(): Promise<number>;
}

/** What a client needs to know of its tenant. */
export interface Settings {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Limits that are too high to delay any request. */
export const noLimits = { concurrent: 1000, requests: 1_000_000_000, windowMs: 1000 };

/** Starts an emulator. */
export async function startEmulatedTenant(options: EmulatorOptions): Promise<EmulatedTenant> {
  const child: Child<{ url: string; clients: ApiClient[] }, Stats> = await startChild(
    new URL("emulator-process.ts", import.meta.url),
    [JSON.stringify(options)],
  );
  const { url, clients } = child.ready;
  const [first] = clients;
  if (!first) throw new Error("The emulator has no API client");
  return {
    url,
    clients,
    settings: settingsOf(url, first),
    async rateLimitedRequests() {
      const stats = await child.ask("stats");
      return stats.throttledByRate + stats.throttledByConcurrency;
    },
    close: child.stop,
  };
}

export const settingsOf = (baseUrl: string, { id, secret }: ApiClient): Settings => ({
  baseUrl,
  clientId: id,
  clientSecret: secret,
});
