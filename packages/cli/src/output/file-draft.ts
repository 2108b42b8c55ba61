import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { link, lstat, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../errors/usage-error.js";

/** A file that gets its name when it is complete. So a failure or a stop leaves no part of a file. */
export interface FileDraft {
  /** Whether `fill` can be called again, after a stream that failed. */
  readonly canRestart: boolean;
  /** Replaces the content by that of a stream. */
  fill(content: ReadableStream<Uint8Array>): Promise<void>;
  /** Gives the file its name, or that of a file that exists and is replaced. */
  publish(): Promise<void>;
  /** Removes the draft if it was not published. */
  remove(): Promise<void>;
}

/**
 * Creates a draft of a file that the user named. It is created immediately, so that a folder that is missing or not
 * writable is an error before anything is sent. A file that exists is replaced by one with at most its permissions,
 * unless it is read-only. A symbolic link stays. A device or a pipe is written directly.
 *
 * @throws UsageError if the draft cannot be created, or the file may not be replaced
 */
export async function draftOf(file: string): Promise<FileDraft> {
  const target = await realpath(file).catch(() => resolve(file));
  const stats = await stat(target).catch(() => undefined);
  if (stats?.isDirectory()) throw new UsageError(`${file || '""'} is a folder. Name a file after -o.`);
  if (stats && !stats.isFile()) return unbuffered(content => writeFile(target, content));
  if (stats) await checkWritable(target, file);
  return createDraft(dirname(target), stats?.mode ?? 0o666, draft => rename(draft, target));
}

/** Rejects a read-only file, which a rename would replace. */
async function checkWritable(target: string, file: string): Promise<void> {
  try {
    await (await open(target, "r+")).close();
  } catch (error) {
    throw new UsageError(`Could not replace ${file} (${Object(error).code}). Name another file after -o.`);
  }
}

/** Creates a draft that is written immediately, so that nothing can be taken back. */
export const unbuffered = (fill: FileDraft["fill"]): FileDraft => ({
  canRestart: false,
  fill,
  publish: async () => {},
  remove: async () => {},
});

/**
 * Creates a draft in the working directory, whose name is known when its content arrives.
 *
 * @throws UsageError if it cannot be created. So do its methods, if a file has the name already.
 */
export async function draftByName(nameOf: () => string): Promise<FileDraft> {
  const draft = await createDraft(".", 0o666, async path => {
    const name = nameOf();
    try {
      // Unlike a rename, a link never replaces a file that was created meanwhile.
      await link(path, name);
    } catch {
      await refuseExisting(name);
      // The file system has no links.
      await rename(path, name);
    }
  });
  return {
    ...draft,
    async fill(content) {
      await refuseExisting(nameOf());
      await draft.fill(content);
    },
  };
}

/** @throws UsageError if a file has this name */
async function refuseExisting(name: string): Promise<void> {
  const stats = await lstat(name).catch(() => undefined);
  if (stats) throw new UsageError(`${name} exists already. Name a file after -o, which is replaced if it exists.`);
}

async function createDraft(
  folder: string,
  mode: number,
  publish: (draft: string) => Promise<void>,
): Promise<FileDraft> {
  const draft = join(folder, `.qbench-${randomUUID()}.part`);
  await writeFile(draft, "", { flag: "wx", mode }).catch(error => {
    throw new UsageError(
      `Could not create a file in ${folder} (${error.code}). Name a file of another folder after -o.`,
    );
  });
  // A second Ctrl-C ends the process immediately.
  const removeOnExit = () => rmSync(draft, { force: true });
  process.once("exit", removeOnExit);
  return {
    canRestart: true,
    fill: content => writeFile(draft, content, { flush: true }),
    publish: () => publish(draft),
    async remove() {
      await rm(draft, { force: true });
      process.off("exit", removeOnExit);
    },
  };
}
