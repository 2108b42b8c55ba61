import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import lockfile from "proper-lockfile";
import { parseJsonObject } from "../http/json-object.js";
import type { TokenSet } from "./token-set.js";
import { isTokenSet } from "./token-set.js";
import type { TokenStore } from "./token-store.js";

/** A lock that its holder has not touched for so long is free: the holder was killed. */
const STALE_MS = 10_000;
const TOUCH_MS = 2_000;

/**
 * Keeps a token in a file, for cron jobs and command lines: the next process uses the token of the last. One file holds the
 * record of one API client; give each its own. The file is readable by its owner alone (mode 0600) and replaced as a whole.
 *
 * @param path the file; its folder is made when missing. While a renewal runs there is a folder `<path>.lock` beside it.
 */
export function fileTokenStore(path: string): TokenStore {
  const file = resolve(path);
  /** The lock of this store is held, or it was and another process has it now. */
  let lock: "held" | "lost" | undefined;

  async function write(text: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${randomUUID()}`;
    try {
      const handle = await open(draft, "wx", 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  return {
    async get(key) {
      return readRecord(await readOrNothing(file), key);
    },

    async set(key, tokens) {
      // A holder that stood still while another took over must not put its older token over the newer one.
      if (lock === "lost") throw new Error("the lock of the token file was lost");
      await write(JSON.stringify({ key, tokens }));
    },

    async delete(key, ifAccessToken) {
      // Whoever moves the file away has it, and nobody else: that is in one step even without the lock.
      const taken = `${file}.${randomUUID()}`;
      try {
        await rename(file, taken);
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
      try {
        const tokens = readRecord(await readOrNothing(taken), key);
        if (tokens && (ifAccessToken === undefined || tokens.accessToken === ifAccessToken)) return true;
        // Not the one that was meant: back it goes, unless there is a newer one.
        await link(taken, file).catch(error => {
          if (!hasCode(error, "EEXIST")) throw error;
        });
        return false;
      } finally {
        await rm(taken, { force: true });
      }
    },

    async lock(_, run, { signal }) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const release = await enter(file, signal, () => {
        lock = "lost";
      });
      lock = "held";
      try {
        return await run();
      } finally {
        lock = undefined;
        // One that was lost cannot be given back.
        await release().catch(() => {});
      }
    },
  };
}

/** Waits for the lock until the signal aborts. */
async function enter(file: string, signal: AbortSignal, onCompromised: () => void): Promise<() => Promise<void>> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await lockfile.lock(file, { realpath: false, stale: STALE_MS, update: TOUCH_MS, onCompromised });
    } catch (error) {
      if (!hasCode(error, "ELOCKED")) throw error;
    }
    // Apart, so that those who wait do not all look at once.
    await pause(25 + 75 * Math.random(), undefined, { signal }).catch(() => {});
  }
}

function readRecord(text: string | undefined, key: string): TokenSet | undefined {
  const record = text === undefined ? undefined : parseJsonObject(text);
  return record?.key === key && isTokenSet(record.tokens) ? record.tokens : undefined;
}

async function readOrNothing(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => hasCode(error, "ENOENT");

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
