import { createTokenSource, memoryTokenStore, type TokenSource, type TokenStore } from "@qbench-sdk/auth";
import { writeLine } from "../output/write-line.js";
import { readSettings, type Settings } from "../settings/read-settings.js";
import { tokenFile } from "./token-file.js";

export interface Connection {
  clientId: string;
  tokenSource: TokenSource;
  /** Returns when the last token that was read from the store or written to it expires. */
  tokenExpiry(): Date | undefined;
}

/**
 * Reads the settings and creates a token source. Sends nothing yet.
 *
 * @param options.store whether to store the token in a file of the user; otherwise it stays in memory
 * @throws QBenchAuthError `invalid_option`, UsageError
 */
export async function connect({ store, signal }: { store: boolean; signal: AbortSignal }): Promise<Connection> {
  const settings = readSettings();
  const { expiry, recorded } = recordExpiry(store ? await openTokenFile(settings) : memoryTokenStore());
  // Ctrl-C can come while modules are imported.
  signal.throwIfAborted();
  const tokenSource = createTokenSource({ ...settings, store: recorded });
  const unsubscribe = tokenSource.on(event => {
    if (event.type !== "store-failed") return;
    unsubscribe();
    void writeLine(
      `Could not store the access token for later commands (${event.reason}). Check XDG_STATE_HOME, or use --no-store.`,
    );
  });
  // A token exchange goes on after its caller has aborted, and would delay the end of the process.
  signal.addEventListener("abort", () => tokenSource.close(), { once: true });
  return { clientId: settings.clientId, tokenSource, tokenExpiry: expiry };
}

async function openTokenFile(settings: Settings): Promise<TokenStore> {
  const { fileTokenStore } = await import("@qbench-sdk/auth/file-token-store");
  return fileTokenStore(tokenFile(settings));
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
