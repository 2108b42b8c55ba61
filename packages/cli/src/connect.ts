import {
  createTokenSource,
  memoryTokenStore,
  type TokenSet,
  type TokenSource,
  type TokenStore,
} from "@qbench-sdk/auth";
import { fileTokenStore } from "@qbench-sdk/auth/file-token-store";
import { createQBenchClient, type QBenchClient } from "@qbench-sdk/client";
import { readSettings } from "./read-settings.js";
import { tellUser } from "./tell-user.js";
import { tokenFile } from "./token-file.js";

export interface Connection {
  origin: string;
  clientId: string;
  clientSecret: string;
  tokenSource: TokenSource;
  /** A client for the API as the document type describes it. */
  createClient<Document extends {}>(): QBenchClient<Document>;
  /** The token that was last got or read. */
  lastTokens(): TokenSet | undefined;
}

/**
 * Reads the settings; nothing is sent yet.
 *
 * @param options.store keep the token in a file of the user's cache; else in memory
 * @throws QBenchAuthError `invalid_option`, UsageError
 */
export function connect({ store, signal }: { store: boolean; signal: AbortSignal }): Connection {
  const settings = readSettings();
  let last: TokenSet | undefined;
  const tokenSource = createTokenSource({
    ...settings,
    store: watch(store ? fileTokenStore(tokenFile(settings)) : memoryTokenStore(), tokens => {
      last = tokens;
    }),
  });
  tellStoreFailure(tokenSource);
  // An exchange belongs to no call, and would hold up the end of the process.
  signal.addEventListener("abort", () => tokenSource.close(), { once: true });
  const { clientId, clientSecret } = settings;
  return {
    origin: tokenSource.origin,
    clientId,
    clientSecret,
    tokenSource,
    createClient: <Document extends {}>() => createQBenchClient<Document>({ tokenSource }),
    lastTokens: () => last,
  };
}

/** The store, and each record that passes through it. */
function watch(store: TokenStore, onTokens: (tokens: TokenSet) => void): TokenStore {
  return {
    ...store,
    async get(key) {
      const tokens = await store.get(key);
      if (tokens) onTokens(tokens);
      return tokens;
    },
    async set(key, tokens) {
      onTokens(tokens);
      await store.set(key, tokens);
    },
  };
}

function tellStoreFailure(source: TokenSource): void {
  const off = source.on(event => {
    if (event.type !== "store-failed") return;
    off();
    tellUser(`the token is not kept for the next command (${event.reason}): see XDG_CACHE_HOME, or give --no-store`);
  });
}
