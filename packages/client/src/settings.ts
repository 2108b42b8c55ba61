import type { AuthOptions, TokenSource } from "@qbench-sdk/auth";
import type { ClientEvent } from "./events.js";
import type { TransportOptions } from "./transport/create-transport.js";
import type { FetchLike } from "./transport/fetch-like.js";
import type { IgnoredFieldsMode } from "./writes/write-records.js";

/**
 * Configures a client. If `baseUrl`, `clientId` or `clientSecret` is missing, the client reads the environment variable
 * QBENCH_URL, QBENCH_CLIENT_ID or QBENCH_CLIENT_SECRET. Browsers and edge workers have no environment.
 */
export interface ClientOptions extends Partial<AuthOptions>, TransportOptions {
  /** A token source that several clients share. The client then ignores its own options for tokens. */
  tokenSource?: TokenSource;
  /**
   * Sends all requests, those for tokens included. Default: the global fetch, looked up for each request. Pass `init`
   * on, because `init.signal` ends a request that takes too long.
   */
  fetch?: FetchLike | undefined;
  /** Called on retries, queueing, rate limiting and ignored fields. Errors thrown by the listener are ignored. */
  onEvent?: ((event: ClientEvent) => void) | undefined;
  /** What to do if QBench ignores fields of a write. Default: `"warn"`. The option of a method overrides it. */
  onIgnoredFields?: IgnoredFieldsMode | undefined;
}

/** Returns the environment of Node, Bun and Deno. Browsers and edge workers have none. */
function environment(): Record<string, string | undefined> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}

/** Returns the options for tokens, and fills in missing ones from the environment. `createTokenSource` checks them. */
export function readSettings(options: Partial<AuthOptions>): AuthOptions {
  const env = environment();
  return {
    ...options,
    baseUrl: options.baseUrl ?? env.QBENCH_URL ?? "",
    clientId: options.clientId ?? env.QBENCH_CLIENT_ID ?? "",
    // A client with an assertion needs no secret. The environment may have one for another client.
    ...(options.assertion === undefined && { clientSecret: options.clientSecret ?? env.QBENCH_CLIENT_SECRET ?? "" }),
  };
}
