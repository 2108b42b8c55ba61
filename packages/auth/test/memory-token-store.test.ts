import { expect, test } from "vitest";
import { memoryTokenStore, type TokenSet } from "../src/index.ts";

const tokens: TokenSet = { accessToken: "a", tokenType: "Bearer", expiresAt: 9e15 };

test("removes a record once, and only if its access token matches", async () => {
  const store = memoryTokenStore();
  await store.set("key", tokens);
  await expect(store.delete("key", "another")).resolves.toBe(false);
  await expect(store.delete("other", "a")).resolves.toBe(false);
  await expect(store.get("key")).resolves.toBe(tokens);
  await expect(store.delete("key", "a")).resolves.toBe(true);
  await expect(store.delete("key", "a")).resolves.toBe(false);
  await store.set("key", tokens);
  await expect(store.delete("key")).resolves.toBe(true);
  await expect(store.get("key")).resolves.toBeUndefined();
});
