import { constants } from "node:fs";
import { lstat, open, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { delay } from "../async/delay.js";
import { QBenchAuthError } from "../errors/auth-error.js";

/**
 * Checks that a path is a regular file or free, and that its folder is safe. Returns whether there is a file.
 *
 * @throws {QBenchAuthError} `store_unavailable` for a folder, a FIFO, a socket or a symbolic link
 */
export async function checkFile(path: string): Promise<boolean> {
  const folder = dirname(path);
  const { mode } = (await stat(folder).catch(ifMissing)) ?? { mode: 0 };
  // With the sticky bit, as in /tmp, users can replace only their own files.
  if (hasModes() && (mode & 0o1002) === 0o002) {
    const command = `chmod 700 ${quotePath(folder)}`;
    throw unusable(folder, `is a folder in which every user can replace files. Use another one, or run: ${command}`);
  }
  const stats = await lstat(path).catch(ifMissing);
  if (stats && !stats.isFile()) {
    // Not `rm -r`, because the path may be a folder by mistake.
    const command = `${stats.isDirectory() ? "rmdir" : "rm"} ${quotePath(path)}`;
    throw unusable(path, `is not a regular file. Set another path, or run: ${command}`);
  }
  return stats !== undefined;
}

/**
 * Reads a file that only its owner can change and read. Any other file may have been planted, or was read by others.
 *
 * @returns the text, or undefined if the file is missing
 * @throws {QBenchAuthError} `store_unavailable` if the file or its folder is not safe
 */
export async function readPrivateFile(file: string): Promise<string | undefined> {
  if (!(await checkFile(file))) return undefined;
  // If a link or a FIFO was put in place since the check, this does not follow it, and does not hang.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(ifMissing);
  if (!handle) return undefined;
  try {
    const { uid, mode } = await handle.stat();
    if (hasModes() && uid !== process.geteuid?.()) {
      throw unusable(file, `belongs to another user, so it is not read. Run: rm ${quotePath(file)}`);
    }
    if (hasModes() && (mode & 0o077) !== 0) {
      const octal = (mode & 0o7777).toString(8).padStart(4, "0");
      throw unusable(file, `is open to others (mode ${octal}), so it is not read. Run: chmod 600 ${quotePath(file)}`);
    }
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

/**
 * Renames a file. Windows refuses that while another program has the file open, such as a virus scanner or a reader. So
 * it is tried again, for less than a second in all.
 */
export async function renameFile(from: string, to: string): Promise<void> {
  for (let pauseMs = 10; ; pauseMs *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      const isRefused = process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].some(code => hasCode(error, code));
      if (!isRefused || pauseMs > 320) throw error;
    }
    await delay(pauseMs);
  }
}

/** Returns false on Windows, where files have neither owners nor modes of this kind. */
const hasModes = (): boolean => process.geteuid !== undefined;

/** Quotes a path for a shell, if it has characters that are special there. */
const quotePath = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

export const unusable = (path: string, problem: string): QBenchAuthError =>
  new QBenchAuthError("store_unavailable", `store: ${path} ${problem}`);

/** Returns undefined for the error of a missing file, and throws any other. */
export function ifMissing(error: unknown): undefined {
  if (!hasCode(error, "ENOENT")) throw error;
}

export const hasCode = (error: unknown, code: string): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === code;
