import type { TokenSet, TokenStore } from "@qbench-sdk/auth";

/** The part of `KVNamespace` of @cloudflare/workers-types that the store needs. */
interface Namespace {
  get(key: string, type: "json"): Promise<TokenSet | null>;
  put(key: string, value: string, options: { expiration: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Keeps tokens in Workers KV, to be renewed by assertion. */
export function cloudflareTokenStore(kv: Namespace): TokenStore {
  return {
    get: async key => (await kv.get(key, "json")) ?? undefined,
    async set(key, tokens) {
      await kv.put(key, JSON.stringify(tokens), { expiration: Math.ceil(tokens.expiresAt / 1000) });
    },
    async delete(key) {
      await kv.delete(key);
      return false; // Another worker can have read the record, so this one must not use its refresh token.
    },
  };
}
