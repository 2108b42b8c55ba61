import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTokenSource, type TokenSet } from "../src/index.ts";
import { fileTokenStore } from "../src/store/file-token-store.ts";
import { stubTenant, thrownBy, times } from "./support/tenant.ts";

const tokens = (accessToken: string): TokenSet => ({ accessToken, tokenType: "Bearer", expiresAt: 9e15 });
const never = new AbortController().signal;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "token-file-"));
  path = join(folder, "made", "token.json");
});
afterEach(() => rm(folder, { recursive: true }));

test("uses the token of the previous process", async () => {
  const tenant = stubTenant();
  const start = () => createTokenSource({ ...tenant.options, store: fileTokenStore(path) });
  await expect(start().getToken()).resolves.toBe("token-1");
  await expect(start().getToken()).resolves.toBe("token-1");
  expect(tenant.exchanges).toHaveLength(1);
});

test("makes the file readable by its owner only, even if it was open before", async () => {
  const store = fileTokenStore(path);
  await store.set("key", tokens("a"));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await chmod(path, 0o644);
  await expect(store.get("key")).resolves.toEqual(tokens("a"));
  await store.set("key", tokens("b"));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("lets a reader see one record or the other during writes, and leaves no temporary file", async () => {
  const store = fileTokenStore(path);
  const [a, b] = ["a", "b"].map(letter => tokens(letter.repeat(50_000)));
  if (!a || !b) throw new Error("no tokens");
  await store.set("key", a);
  const writes = (async () => {
    for (let i = 0; i < 50; i += 1) await store.set("key", i % 2 ? a : b);
  })();
  for (let i = 0; i < 200; i += 1) expect([a, b]).toContainEqual(await store.get("key"));
  await writes;
  expect(await readdir(join(folder, "made"))).toEqual(["token.json"]);
});

describe("an error of the file system", () => {
  test("rejects with the error of the file system, and leaves no temporary file", async () => {
    // A folder has the path of the file.
    await mkdir(join(path, "in-the-way"), { recursive: true });
    const store = fileTokenStore(path);
    await expect(store.set("key", tokens("a"))).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
    await expect(store.get("key")).rejects.toMatchObject({ code: "EISDIR" });
    expect(await readdir(join(folder, "made"))).toEqual(["token.json"]);
  });

  test("rejects a delete and a lock with the error of the file system", async () => {
    await writeFile(join(folder, "made"), "a file with the path of the folder");
    const store = fileTokenStore(path);
    await expect(store.delete("key")).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(store.lock?.("key", async () => "in", { signal: never })).rejects.toMatchObject({ code: "EEXIST" });
  });
});

test("keeps a newer record that was written during deletes of another one", async () => {
  const store = fileTokenStore(path);
  await store.set("key", tokens("a"));
  const deletes = Array.from({ length: 50 }, () => store.delete("key", "other"));
  await store.set("key", tokens("b"));
  expect(await Promise.all(deletes)).toEqual(Array.from({ length: 50 }, () => false));
  await expect(store.get("key")).resolves.toEqual(tokens("b"));
  expect(await readdir(join(folder, "made"))).toEqual(["token.json"]);
});

test.each([
  "",
  "{",
  "[]",
  '{"key":"key"}',
  '{"key":"key","tokens":{"accessToken":"a b","expiresAt":1}}',
  '{"key":"other","tokens":{}}',
])("reads no record from a file with %j", async text => {
  const store = fileTokenStore(join(folder, "token.json"));
  await writeFile(join(folder, "token.json"), text);
  await expect(store.get("key")).resolves.toBeUndefined();
});

describe("deleting a record", () => {
  test("lets one of twenty deletes succeed", async () => {
    await fileTokenStore(path).set("key", tokens("a"));
    const taken = await Promise.all(times(20, () => fileTokenStore(path).delete("key", "a")));
    expect(taken.filter(Boolean)).toHaveLength(1);
    await expect(fileTokenStore(path).get("key")).resolves.toBeUndefined();
  });

  test("does not delete a record with another token or of another client", async () => {
    const store = fileTokenStore(path);
    await store.set("key", tokens("a"));
    await expect(store.delete("key", "b")).resolves.toBe(false);
    await expect(store.delete("other")).resolves.toBe(false);
    await expect(store.get("key")).resolves.toEqual(tokens("a"));
    expect(await readdir(join(folder, "made"))).toEqual(["token.json"]);
  });

  test("returns false for a delete without a file", async () => {
    await expect(fileTokenStore(path).delete("key")).resolves.toBe(false);
  });
});

describe("the lock", () => {
  test("lets one holder of the lock run at a time", async () => {
    let running = 0;
    let maxRunning = 0;
    await Promise.all(
      times(8, () =>
        fileTokenStore(path).lock?.(
          "key",
          async () => {
            running += 1;
            maxRunning = Math.max(maxRunning, running);
            await new Promise(resolve => setImmediate(resolve));
            running -= 1;
          },
          { signal: never },
        ),
      ),
    );
    expect(maxRunning).toBe(1);
  });

  test("waits for the lock until the signal aborts", async () => {
    const controller = new AbortController();
    await fileTokenStore(path).lock?.(
      "key",
      async () => {
        const waiting = fileTokenStore(path).lock?.("key", async () => "in", { signal: controller.signal });
        controller.abort(new Error("enough"));
        expect(await thrownBy(() => waiting)).toMatchObject({ message: "enough" });
      },
      { signal: never },
    );
  });

  test("takes the lock of a killed process once it is stale", async () => {
    await fileTokenStore(path).set("key", tokens("a"));
    const holder = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      `import lockfile from ${JSON.stringify(import.meta.resolve("proper-lockfile"))};
       await lockfile.lock(${JSON.stringify(path)}, { realpath: false });
       console.log("locked"); setInterval(() => {}, 1000);`,
    ]);
    await waitUntilLocked(holder);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const past = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock`, past, past);
    await expect(fileTokenStore(path).lock?.("key", async () => "in", { signal: never })).resolves.toBe("in");
  });

  test("returns the result of the work although the lock was lost", async () => {
    const store = fileTokenStore(path);
    const result = store.lock?.(
      "key",
      async () => {
        await rm(`${path}.lock`, { recursive: true });
        return "result";
      },
      { signal: never },
    );
    await expect(result).resolves.toBe("result");
  });
});

test("gets a token although the folder of the file cannot be created", async () => {
  await writeFile(join(folder, "file"), "");
  const tenant = stubTenant();
  const source = createTokenSource({ ...tenant.options, store: fileTokenStore(join(folder, "file", "token.json")) });
  const reasons: string[] = [];
  source.on(event => {
    if (event.type === "store-failed") reasons.push(event.reason);
  });
  await expect(source.getToken()).resolves.toBe("token-1");
  expect(reasons).toContain("Error ENOTDIR");
});

async function waitUntilLocked(holder: ChildProcess): Promise<void> {
  for await (const chunk of holder.stdout ?? []) if (String(chunk).includes("locked")) return;
}
