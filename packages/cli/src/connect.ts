import { createTokenSource, memoryTokenStore, type TokenSource, type TokenStore } from "@qbench-sdk/auth";
import { fileTokenStore } from "@qbench-sdk/auth/file-token-store";
import { readSettings } from "./read-settings.js";
import { tellUser } from "./tell-user.js";
import { tokenFile } from "./token-file.js";

export interface Connection {
  clientId: string;
  tokenSource: TokenSource;
  /** When the last token that was got or read expires. */
  tokenExpiry(): Date | undefined;
}

/**
 * Reads the settings; nothing is sent yet.
 *
 * @param options.store keep the token in a file of the user's; else in memory
 * @throws QBenchAuthError `invalid_option`, UsageError
 */
export function connect({ store, signal }: { store: boolean; signal: AbortSignal }): Connection {
  const settings = readSettings();
  const { expiry, watched } = watchExpiry(store ? fileTokenStore(tokenFile(settings)) : memoryTokenStore());
  const tokenSource = createTokenSource({ ...settings, store: watched });
  const off = tokenSource.on(event => {
    if (event.type !== "store-failed") return;
    off();
    tellUser(`the token is not kept for the next command (${event.reason}); see XDG_STATE_HOME, or give --no-store`);
  });
  // An exchange belongs to no call, and would hold up the end of the process.
  signal.addEventListener("abort", () => tokenSource.close(), { once: true });
  return { clientId: settings.clientId, tokenSource, tokenExpiry: expiry };
}

function watchExpiry(store: TokenStore): { watched: TokenStore; expiry: () => Date | undefined } {
  let last: Date | undefined;
  const watched: TokenStore = {
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
  return { watched, expiry: () => last };
}
