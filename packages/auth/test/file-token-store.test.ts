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

test("the next process uses the token of the last", async () => {
  const tenant = stubTenant();
  const start = () => createTokenSource({ ...tenant.options, store: fileTokenStore(path) });
  await expect(start().getToken()).resolves.toBe("token-1");
  await expect(start().getToken()).resolves.toBe("token-1");
  expect(tenant.exchanges).toHaveLength(1);
});

test("the file is its owner's alone, and so is one that was open before", async () => {
  const store = fileTokenStore(path);
  await store.set("key", tokens("a"));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await chmod(path, 0o644);
  await expect(store.get("key")).resolves.toEqual(tokens("a"));
  await store.set("key", tokens("b"));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("42. a reader sees one record or the other, never parts of both, and no draft is left", async () => {
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

describe("what the system refuses", () => {
  test("is told, and leaves no draft", async () => {
    // A folder stands where the file should be.
    await mkdir(join(path, "in-the-way"), { recursive: true });
    const store = fileTokenStore(path);
    await expect(store.set("key", tokens("a"))).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
    await expect(store.get("key")).rejects.toMatchObject({ code: "EISDIR" });
    expect(await readdir(join(folder, "made"))).toEqual(["token.json"]);
  });

  test("is told by a delete and a lock, too", async () => {
    await writeFile(join(folder, "made"), "a file where the folder should be");
    const store = fileTokenStore(path);
    await expect(store.delete("key")).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(store.lock?.("key", async () => "in", { signal: never })).rejects.toMatchObject({ code: "EEXIST" });
  });
});

test("44. a record that was taken for another, while a newer one came, is dropped for that", async () => {
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
])("a file that holds no record of this client (%j) is none", async text => {
  const store = fileTokenStore(join(folder, "token.json"));
  await writeFile(join(folder, "token.json"), text);
  await expect(store.get("key")).resolves.toBeUndefined();
});

describe("taking a record", () => {
  test("41. succeeds for one of twenty", async () => {
    await fileTokenStore(path).set("key", tokens("a"));
    const taken = await Promise.all(times(20, () => fileTokenStore(path).delete("key", "a")));
    expect(taken.filter(Boolean)).toHaveLength(1);
    await expect(fileTokenStore(path).get("key")).resolves.toBeUndefined();
  });

  test("leaves one with another token, and one of another client", async () => {
    const store = fileTokenStore(path);
    await store.set("key", tokens("a"));
    await expect(store.delete("key", "b")).resolves.toBe(false);
    await expect(store.delete("other")).resolves.toBe(false);
    await expect(store.get("key")).resolves.toEqual(tokens("a"));
    expect(await readdir(join(folder, "made"))).toEqual(["token.json"]);
  });

  test("of a file that isn't there is none", async () => {
    await expect(fileTokenStore(path).delete("key")).resolves.toBe(false);
  });
});

describe("the lock", () => {
  test("45. lets one in at a time", async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      times(8, () =>
        fileTokenStore(path).lock?.(
          "key",
          async () => {
            inside += 1;
            most = Math.max(most, inside);
            await new Promise(resolve => setImmediate(resolve));
            inside -= 1;
          },
          { signal: never },
        ),
      ),
    );
    expect(most).toBe(1);
  });

  test("is waited for until the signal aborts", async () => {
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

  test("of a killed process is free once it is stale", async () => {
    await fileTokenStore(path).set("key", tokens("a"));
    const holder = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      `import lockfile from ${JSON.stringify(import.meta.resolve("proper-lockfile"))};
       await lockfile.lock(${JSON.stringify(path)}, { realpath: false });
       console.log("locked"); setInterval(() => {}, 1000);`,
    ]);
    await locked(holder);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const past = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock`, past, past);
    await expect(fileTokenStore(path).lock?.("key", async () => "in", { signal: never })).resolves.toBe("in");
  });

  test("keeps a result, whatever becomes of it", async () => {
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

test("43. a folder that cannot be made fails no call", async () => {
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

async function locked(holder: ChildProcess): Promise<void> {
  for await (const chunk of holder.stdout ?? []) if (String(chunk).includes("locked")) return;
}
