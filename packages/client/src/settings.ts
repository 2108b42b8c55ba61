import type { AuthOptions, TokenSource } from "@qbench-sdk/auth";
import type { ClientEvent } from "./events.js";
import type { TransportOptions } from "./transport/create-transport.js";
import type { FetchLike } from "./transport/fetch-like.js";

/**
 * What a client needs to know. `baseUrl`, `clientId` and `clientSecret` come from QBENCH_URL, QBENCH_CLIENT_ID and
 * QBENCH_CLIENT_SECRET when they are not given, where there is an environment.
 */
export interface ClientOptions extends Partial<AuthOptions>, TransportOptions {
  /** A token source that several clients share; the settings for tokens are then its own. */
  tokenSource?: TokenSource;
  /**
   * Sends all requests, those for tokens too; default the global fetch, looked up for each. What it is given beside the
   * request is to be passed on: `init.signal` ends a call that takes too long.
   */
  fetch?: FetchLike | undefined;
  /** Is told when a call is repeated, held back or refused, and of fields that were dropped. What it throws is nobody's. */
  onEvent?: ((event: ClientEvent) => void) | undefined;
}

/** The environment of Node, Bun and Deno; browsers and edge workers have none. */
function environment(): Record<string, string | undefined> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}

/** The options for tokens, with what is missing taken from the environment; they are checked by who uses them. */
export function readSettings(options: Partial<AuthOptions>): AuthOptions {
  const env = environment();
  return {
    ...options,
    baseUrl: options.baseUrl ?? env.QBENCH_URL ?? "",
    clientId: options.clientId ?? env.QBENCH_CLIENT_ID ?? "",
    // Whoever gives assertions has no use for the secret, which may be there for another client.
    ...(options.assertion === undefined && { clientSecret: options.clientSecret ?? env.QBENCH_CLIENT_SECRET ?? "" }),
  };
}
