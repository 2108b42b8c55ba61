import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { UsageError } from "./usage-error.js";

/** Where an export goes. */
export interface Destination {
  /** Writes everything, as fast as it is taken. */
  write(text: AsyncIterable<string>, signal: AbortSignal): Promise<void>;
}

export const toStdout: Destination = {
  write: (text, signal) => pipeline(text, process.stdout, { end: false, signal }),
};

/**
 * A file that is there only when it is complete: until then the rows are beside it, in a file whose name ends in
 * `.partial`, which is removed when the export fails.
 *
 * @throws UsageError when it cannot be written there
 */
export async function toFile(file: string): Promise<Destination> {
  const draft = `${file}.${randomUUID()}.partial`;
  const refuse = (reason: unknown): never => {
    throw new UsageError(`--output ${file}: cannot be written (${reason})`);
  };
  const code = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : "unknown reason");
  const there = await stat(file).catch(error => (code(error) === "ENOENT" ? undefined : refuse(code(error))));
  if (there && !there.isFile()) return refuse("not a file");
  const handle = await open(draft, "wx").catch(error => refuse(code(error)));
  return {
    async write(text, signal) {
      try {
        await pipeline(text, handle.createWriteStream({ flush: true }), { signal });
        signal.throwIfAborted();
        await rename(draft, file);
      } catch (error) {
        await handle.close().catch(() => {});
        await rm(draft, { force: true });
        throw error;
      }
    },
  };
}
