import { setTimeout } from "node:timers/promises";
import type { TokenSet, TokenStore } from "@qbench-sdk/auth";

/** The part of `Deno.Kv` that the store needs. */
interface Kv {
  get(key: string[]): Promise<Check & { value: TokenSet | null }>;
  set(key: string[], value: TokenSet, options: { expireIn: number }): Promise<unknown>;
  atomic(): Atomic;
}
interface Atomic {
  check(check: Check): Atomic;
  set(key: string[], value: true, options: { expireIn: number }): Atomic;
  delete(key: string[]): Atomic;
  commit(): Promise<{ ok: true; versionstamp: string } | { ok: false }>;
}
type Check = { key: readonly unknown[]; versionstamp: string | null };

/** Keeps tokens in Deno KV. */
export function denoTokenStore(kv: Kv): TokenStore {
  return {
    get: async id => (await kv.get(["qbench", id])).value ?? undefined,
    async set(id, tokens) {
      const expireIn = Math.ceil(Math.max(tokens.expiresAt, tokens.refreshExpiresAt ?? 0) - Date.now());
      await kv.set(["qbench", id], tokens, { expireIn });
    },
    async delete(id, token) {
      const entry = await kv.get(["qbench", id]);
      if (!entry.value || (token ?? entry.value.accessToken) !== entry.value.accessToken) return false;
      return (await kv.atomic().check(entry).delete(["qbench", id]).commit()).ok;
    },
    async lock(id, run, { signal }) {
      const key = ["qbench", id, "lock"];
      const take = () => kv.atomic().check({ key, versionstamp: null }).set(key, true, { expireIn: 30_000 }).commit();
      let lock = await take();
      for (; !lock.ok; lock = await take()) await setTimeout(100, undefined, { signal });
      const release = kv.atomic().check({ key, versionstamp: lock.versionstamp }).delete(key);
      return run().finally(() => release.commit());
    },
  };
}
