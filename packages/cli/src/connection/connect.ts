import { createTokenSource, memoryTokenStore, type TokenSource, type TokenStore } from "@qbench-sdk/auth";
import { parseBaseUrl } from "@qbench-sdk/auth/internal";
import type { ClientEvent, FetchLike } from "@qbench-sdk/client";
import { writeLine } from "../output/write-line.js";
import { readSettings } from "../settings/read-settings.js";
import { createProxyFetch } from "./proxy.js";
import { openTokenFile } from "./token-file.js";

export interface Connection {
  clientId: string;
  tokenSource: TokenSource;
  /** Returns when the last token that was read from the store or written to it expires. */
  tokenExpiry(): Date | undefined;
  /** Sends requests to the API and to the file storage. Undefined for the global fetch. */
  fetch: FetchLike | undefined;
  /** Receives the events of the client. */
  onEvent: (event: ClientEvent) => void;
  /** Whether to leave out notes and progress. */
  quiet: boolean;
}

export interface ConnectOptions {
  /** Whether to store the token in a file of the user; otherwise it stays in memory. */
  store: boolean;
  /** The file with the settings; default `.env` in the working directory, if it exists. */
  envFile?: string | undefined;
  /** Whether to leave out notes and progress; default false. */
  quiet?: boolean | undefined;
  /** Whether to write each request, retry and wait to stderr; default false. */
  verbose?: boolean | undefined;
  signal: AbortSignal;
}

/**
 * Reads the settings and creates a token source. Sends nothing yet.
 *
 * @throws QBenchAuthError `invalid_option`, UsageError
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { store, envFile, quiet = false, verbose = false, signal } = options;
  const settings = await readSettings(envFile, signal);
  const proxyFetch = await createProxyFetch();
  const log = verbose ? await import("./log-requests.js") : undefined;
  const fetch = log ? log.logRequests(proxyFetch ?? globalThis.fetch, parseBaseUrl(settings.baseUrl)) : proxyFetch;
  const { expiry, recorded } = recordExpiry(store ? await openTokenFile(settings) : memoryTokenStore());
  // Ctrl-C can come while modules are imported.
  signal.throwIfAborted();
  const tokenSource = createTokenSource({ ...settings, store: recorded, fetch });
  if (log) tokenSource.on(log.logTokenEvent);
  if (!quiet) warnOfStore(tokenSource);
  // A token exchange goes on after its caller has aborted, and would delay the end of the process.
  signal.addEventListener("abort", () => tokenSource.close(), { once: true });
  const onEvent = log?.logClientEvent ?? (() => {});
  return { clientId: settings.clientId, tokenSource, tokenExpiry: expiry, fetch, onEvent, quiet };
}

/** Writes a line if the token cannot be stored. */
function warnOfStore(tokenSource: TokenSource): void {
  const unsubscribe = tokenSource.on(event => {
    if (event.type !== "store-failed") return;
    unsubscribe();
    void writeLine(
      `Could not store the access token for later commands (${event.reason}). Check XDG_STATE_HOME, or use --no-store.`,
    );
  });
}

function recordExpiry(store: TokenStore): { recorded: TokenStore; expiry: () => Date | undefined } {
  let last: Date | undefined;
  const recorded: TokenStore = {
    ...store,
    async get(key) {
      const tokens = await store.get(key);
      if (tokens) last = new Date(tokens.expiresAt);
      return tokens;
    },
    async set(key, tokens) {
      last = new Date(tokens.expiresAt);
      await store.set(key, tokens);
    },
  };
  return { recorded, expiry: () => last };
}
