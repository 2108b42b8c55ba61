import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTokenSource, type TokenSet } from "../src/index.ts";
import { fileTokenStore } from "../src/store/file-token-store.ts";
import { flush, HOUR, recordEvents, STORE_KEY, stubTenant, thrownBy, times } from "./support/tenant.ts";

// Calls the real function, unless a test makes it fail.
vi.mock("node:fs/promises", async importActual => {
  const actual = await importActual<typeof import("node:fs/promises")>();
  return { ...actual, rename: vi.fn(actual.rename) };
});

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
  test("rejects a write over a folder, and leaves no temporary file", async () => {
    // A folder has the path of the file.
    await mkdir(join(path, "in-the-way"), { recursive: true });
    const store = fileTokenStore(path);
    await expect(store.set("key", tokens("a"))).rejects.toMatchObject({ code: "store_unavailable" });
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
  await writeFile(join(folder, "token.json"), text, { mode: 0o600 });
  await expect(store.get("key")).resolves.toBeUndefined();
});

const plant = (mode: number) => writeFile(path, JSON.stringify({ key: "key", tokens: tokens("planted") }), { mode });

describe.skipIf(process.platform === "win32")("a file that is not private", () => {
  beforeEach(() => mkdir(dirname(path)));

  test.each(["666", "622", "644", "660", "640", "602", "604", "610"])(
    "a token file with the mode %s is not read",
    async mode => {
      await plant(0o600);
      await chmod(path, mode);
      await expect(fileTokenStore(path).get("key")).rejects.toMatchObject({
        code: "store_unavailable",
        message: `store: ${path} is open to others (mode 0${mode}), so it is not read. Run: chmod 600 ${path}`,
      });
    },
  );

  test.each([
    ["a b", "'a b'"],
    ["it's $HOME; `x`", "'it'\\''s $HOME; `x`'"],
    ["ü", "'ü'"],
  ])("the command that makes the file %s private can be pasted into a shell", async (name, quoted) => {
    const file = join(dirname(path), name);
    await writeFile(file, "{}");
    await chmod(file, 0o644);
    const error = await thrownBy(() => fileTokenStore(file).get("key"));
    const [, command = ""] = String(error).split(" Run: ");
    expect(command).toBe(`chmod 600 '${dirname(path)}/${quoted.slice(1)}`);
    execFileSync("sh", ["-c", command]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("a token file of another user is not read", async () => {
    await plant(0o600);
    const store = fileTokenStore(path);
    await expect(store.get("key")).resolves.toEqual(tokens("planted"));
    vi.spyOn(process, "geteuid").mockReturnValue((process.geteuid?.() ?? 0) + 1);
    onTestFinished(() => void vi.restoreAllMocks());
    await expect(store.get("key")).rejects.toThrow(
      `store: ${path} belongs to another user, so it is not read. Run: rm ${path}`,
    );
  });

  test("a token file with the mode 666 is read on Windows, which has no such modes", async () => {
    await plant(0o600);
    await chmod(path, 0o666);
    const { geteuid } = process;
    onTestFinished(() => void Object.assign(process, { geteuid }));
    Object.assign(process, { geteuid: undefined });
    await expect(fileTokenStore(path).get("key")).resolves.toEqual(tokens("planted"));
  });

  test("a token source replaces a planted token file by a private one, and reports it", async () => {
    const tenant = stubTenant();
    const planted = { ...tokens("planted"), expiresAt: tenant.clock.now() + HOUR };
    await writeFile(path, JSON.stringify({ key: STORE_KEY, tokens: planted }));
    await chmod(path, 0o666);
    const source = createTokenSource({ ...tenant.options, store: fileTokenStore(path) });
    const events = recordEvents(source);
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(events[0]).toMatchObject({ type: "store-failed", operation: "get", reason: expect.stringContaining(path) });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(fileTokenStore(path).get(STORE_KEY)).resolves.toMatchObject({ accessToken: "token-1" });
  });

  test("a delete of a planted token file fails, so that its refresh token is not used", async () => {
    await plant(0o600);
    await chmod(path, 0o666);
    await expect(fileTokenStore(path).delete("key", "planted")).rejects.toMatchObject({ code: "store_unavailable" });
  });
});

describe.skipIf(process.platform === "win32")("the folder of the file", () => {
  beforeEach(async () => {
    await mkdir(dirname(path));
    await plant(0o600);
  });
  const operations: Record<string, () => unknown> = {
    get: () => fileTokenStore(path).get("key"),
    lock: () => fileTokenStore(path).lock?.("key", async () => "in", { signal: never }),
    set: () => fileTokenStore(path).set("key", tokens("a")),
    delete: () => fileTokenStore(path).delete("key"),
  };

  test.each(Object.entries(operations))("%s fails if every user can replace files in the folder", async (_, run) => {
    await chmod(dirname(path), 0o777);
    await expect(run()).rejects.toThrow(
      `store: ${dirname(path)} is a folder in which every user can replace files. Use another one, or run: chmod 700 ${dirname(path)}`,
    );
    expect(await readFile(path, "utf8")).toContain("planted");
  });

  test.each(["1777", "775", "755", "700"])("a token file can be in a folder with the mode %s", async mode => {
    await chmod(dirname(path), mode);
    for (const run of Object.values(operations)) await run();
  });
});

describe("a rename", () => {
  const codes = ["EPERM", "EACCES", "EBUSY"];

  /** Pretends to run on a platform whose next renames fail. Returns the pauses that follow, which take no time. */
  function refuseRenames(platform: string, code: string, failures: number): number[] {
    const descriptor = Object.getOwnPropertyDescriptor(process, "platform") ?? {};
    Object.defineProperty(process, "platform", { ...descriptor, value: platform });
    for (let i = 0; i < failures; i += 1) vi.mocked(rename).mockRejectedValueOnce(Object.assign(new Error(), { code }));
    const pauses: number[] = [];
    vi.stubGlobal("setTimeout", (callback: () => void, ms: number) => {
      pauses.push(ms);
      setImmediate(callback);
    });
    onTestFinished(() => {
      Object.defineProperty(process, "platform", descriptor);
      vi.mocked(rename).mockReset();
      vi.unstubAllGlobals();
    });
    return pauses;
  }

  test.each(codes)("a rename that Windows refuses with %s is tried again, after growing pauses", async code => {
    const pauses = refuseRenames("win32", code, 4);
    const store = fileTokenStore(path);
    await store.set("key", tokens("a"));
    expect(pauses).toEqual([10, 20, 40, 80]);
    await expect(store.get("key")).resolves.toEqual(tokens("a"));
    expect(await readdir(dirname(path))).toEqual(["token.json"]);
  });

  test("a rename for a delete is tried again if Windows refuses it", async () => {
    const store = fileTokenStore(path);
    await store.set("key", tokens("a"));
    const pauses = refuseRenames("win32", "EBUSY", 2);
    await expect(store.delete("key", "a")).resolves.toBe(true);
    expect(pauses).toEqual([10, 20]);
  });

  test.each(codes)(
    "a rename that Windows always refuses with %s fails within a second, and leaves no temporary file",
    async code => {
      const pauses = refuseRenames("win32", code, 100);
      await expect(fileTokenStore(path).set("key", tokens("a"))).rejects.toMatchObject({ code });
      expect(pauses).toEqual([10, 20, 40, 80, 160, 320]);
      expect(await readdir(dirname(path))).toEqual([]);
    },
  );

  test.each([
    ["linux", "EPERM"],
    ["darwin", "EACCES"],
    ["win32", "ENOSPC"],
  ])("a rename that fails on %s with %s is not tried again", async (platform, code) => {
    const pauses = refuseRenames(platform, code, 1);
    await expect(fileTokenStore(path).set("key", tokens("a"))).rejects.toMatchObject({ code });
    expect(pauses).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("something else at the path of the file", () => {
  beforeEach(() => mkdir(dirname(path)));

  test.each([
    ["a FIFO", "rm", () => execFileSync("mkfifo", ["-m", "600", path])],
    ["a folder", "rmdir", () => mkdir(path, { mode: 0o700 })],
    ["a socket", "rm", listenAtPath],
    ["a symbolic link to a record", "rm", linkToRecord],
    ["a symbolic link to nothing", "rm", () => symlink("missing", path)],
  ])("a file store rejects %s at its path immediately, and leaves it in place", async (_, command, create) => {
    await create();
    const { ino } = await lstat(path);
    const store = fileTokenStore(path);
    const lock = () => store.lock?.("key", async () => "in", { signal: never });
    for (const run of [() => store.get("key"), lock, () => store.set("key", tokens("a")), () => store.delete("key")]) {
      await expect(run()).rejects.toMatchObject({
        code: "store_unavailable",
        message: `store: ${path} is not a regular file. Set another path, or run: ${command} ${path}`,
      });
    }
    expect((await lstat(path)).ino).toBe(ino);
    expect((await readdir(dirname(path))).filter(name => name.startsWith("token.json."))).toEqual([]);
  });

  test("a FIFO at the path of the token file fails no call of a token source", async () => {
    execFileSync("mkfifo", [path]);
    const source = createTokenSource({ ...stubTenant().options, store: fileTokenStore(path) });
    const events = recordEvents(source);
    await expect(source.getToken()).resolves.toBe("token-1");
    expect(events.flatMap(event => (event.type === "store-failed" ? event.operation : []))).toEqual([
      "get",
      "lock",
      "set",
    ]);
  });

  async function listenAtPath(): Promise<void> {
    const server = createServer().listen(path);
    await once(server, "listening");
    onTestFinished(() => void server.close());
  }

  async function linkToRecord(): Promise<void> {
    await plant(0o600);
    await rename(path, join(folder, "record"));
    await symlink(join(folder, "record"), path);
  }
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

  test.each<[string, (lock: string) => unknown]>([
    ["a file", lock => writeFile(lock, "")],
    ["a FIFO", lock => execFileSync("mkfifo", [lock])],
    ["a symbolic link to nothing", lock => symlink("missing", lock)],
  ])("does not wait for a lock that is %s, because nothing would release it", async (_, create) => {
    await mkdir(dirname(path), { recursive: true });
    await create(`${path}.lock`);
    const lock = fileTokenStore(path).lock?.("key", async () => "in", { signal: never });
    await expect(lock).rejects.toMatchObject({ message: `store: ${path}.lock is not a folder. Remove it.` });
  });

  test.each([60, 3600, 40_000_000])("takes a lock that is dated %d s in the future", async seconds => {
    await mkdir(`${path}.lock`, { recursive: true });
    const future = new Date(Date.now() + seconds * 1000);
    await utimes(`${path}.lock`, future, future);
    await expect(fileTokenStore(path).lock?.("key", async () => "in", { signal: never })).resolves.toBe("in");
    expect(await readdir(dirname(path))).toEqual([]);
  });

  test.each([-5, 0, 5])(
    "waits for a lock that is dated %d s from now, as a clock can differ a little",
    async seconds => {
      await mkdir(`${path}.lock`, { recursive: true });
      const date = new Date(Date.now() + seconds * 1000);
      await utimes(`${path}.lock`, date, date);
      const controller = new AbortController();
      const waiting = fileTokenStore(path).lock?.("key", async () => "in", { signal: controller.signal });
      // Called for the pause after the first attempt.
      vi.spyOn(Math, "random").mockImplementation(() => {
        controller.abort(new Error("enough"));
        return 0;
      });
      onTestFinished(() => void vi.restoreAllMocks());
      await expect(waiting).rejects.toThrow("enough");
      expect(await readdir(dirname(path))).toEqual(["token.json.lock"]);
    },
  );

  test("does not change the record after another process took over the lock", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const store = fileTokenStore(path);
    await store.lock?.(
      "key",
      async () => {
        await rm(`${path}.lock`, { recursive: true });
        await vi.advanceTimersByTimeAsync(2_000);
        let error: unknown;
        // The loss shows when the lock has been touched, some turns of the event loop later.
        while (!error) error = await store.set("key", tokens("old")).then(flush, reason => reason);
        expect(error).toMatchObject({
          message: `store: ${path} was not changed, because another process took over its lock`,
        });
      },
      { signal: never },
    );
    await expect(store.set("key", tokens("new"))).resolves.toBeUndefined();
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
