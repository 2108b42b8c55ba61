import { randomUUID } from "node:crypto";
import { link, lstat, mkdir, open, rm, rmdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
// Not loaded later, with the first lock: it listens to signals, and if a service has removed its own listener by then,
// as `process.once` does, it ends the process. So its listeners must come first.
import lockfile from "proper-lockfile";
import { delay } from "../async/delay.js";
import { parseJsonObject } from "../http/json-object.js";
import { checkFile, hasCode, ifMissing, readPrivateFile, renameFile, unusable } from "./private-file.js";
import type { TokenSet } from "./token-set.js";
import { isTokenSet } from "./token-set.js";
import type { TokenStore } from "./token-store.js";

/** A lock that its holder has not touched for this time is free, because the holder was killed. */
const STALE_MS = 10_000;
const TOUCH_MS = 2_000;

/**
 * Creates a store that keeps a token in a file, for cron jobs and command-line programs: each process uses the token of
 * the previous one. A file holds the record of one API client, so each API client needs its own file. It is always
 * replaced as a whole.
 *
 * Only the owner can read the file (mode 0600). A file of another user, or one that is open to others, is not read but
 * replaced. A folder in which every user can replace files is an error, and so is anything but a regular file at this
 * path. Windows has neither owners nor modes of this kind, so they are not checked there.
 *
 * @example
 * ```ts
 * const store = fileTokenStore("/var/lib/intake/qbench-token.json");
 * const source = createTokenSource({ baseUrl, clientId, clientSecret, store });
 * ```
 * @param path the file. A missing folder is created. During a renewal, the folder `<path>.lock` exists next to the
 *   file.
 */
export function fileTokenStore(path: string): TokenStore {
  const file = resolve(path);
  /** Whether this store holds the lock, or lost it to another process while it held it. */
  let lock: "held" | "lost" | undefined;

  async function prepare(): Promise<void> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await checkFile(file);
  }

  async function write(text: string): Promise<void> {
    await prepare();
    const draft = `${file}.${randomUUID()}`;
    try {
      const handle = await open(draft, "wx", 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await renameFile(draft, file);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  return {
    async get(key) {
      return readRecord(await readPrivateFile(file), key);
    },

    async set(key, tokens) {
      // A process that was stopped while another took over must not overwrite the newer token with its older one.
      if (lock === "lost") throw unusable(file, "was not changed, because another process took over its lock");
      await write(JSON.stringify({ key, tokens }));
    },

    async delete(key, ifAccessToken) {
      if (!(await checkFile(file))) return false;
      // Moving the file is atomic even without the lock, so only one process gets it.
      const taken = `${file}.${randomUUID()}`;
      const isTaken = await renameFile(file, taken).then(() => true, ifMissing);
      if (!isTaken) return false;
      try {
        const tokens = readRecord(await readPrivateFile(taken), key);
        if (tokens && (ifAccessToken === undefined || tokens.accessToken === ifAccessToken)) return true;
        // Another record was meant. Puts this one back, unless there is a newer one already.
        await link(taken, file).catch(error => {
          if (!hasCode(error, "EEXIST")) throw error;
        });
        return false;
      } finally {
        await rm(taken, { force: true });
      }
    },

    async lock(_, run, { signal }) {
      await prepare();
      const release = await acquireLock(file, signal, () => {
        lock = "lost";
      });
      lock = "held";
      try {
        return await run();
      } finally {
        lock = undefined;
        // Releasing a lost lock fails.
        await release().catch(() => {});
      }
    },
  };
}

/** Waits for the lock until the signal aborts. Returns the function that releases it. */
async function acquireLock(file: string, signal: AbortSignal, onCompromised: () => void): Promise<() => Promise<void>> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await lockfile.lock(file, { realpath: false, stale: STALE_MS, update: TOUCH_MS, onCompromised });
    } catch (error) {
      if (!hasCode(error, "ELOCKED")) throw error;
      await checkLock(`${file}.lock`).catch(ifMissing);
    }
    // The random part keeps waiting processes from checking at the same time.
    await delay(25 + 75 * Math.random(), signal).catch(() => {});
  }
}

/**
 * Checks a lock that is taken. Removes one that is dated in the future, because it would not become stale after a clock
 * was set back.
 *
 * @throws {QBenchAuthError} `store_unavailable` if it is not a folder, so that nothing will ever release it
 */
async function checkLock(lock: string): Promise<void> {
  const stats = await lstat(lock);
  if (!stats.isDirectory()) throw unusable(lock, "is not a folder. Remove it.");
  if (stats.mtimeMs > Date.now() + STALE_MS) await rmdir(lock);
}

function readRecord(text: string | undefined, key: string): TokenSet | undefined {
  const record = text === undefined ? undefined : parseJsonObject(text);
  return record?.key === key && isTokenSet(record.tokens) ? record.tokens : undefined;
}
