import { constants, createReadStream, openSync, statSync } from "node:fs";
import type { Readable } from "node:stream";

/**
 * Opens a file, or a pipe such as `<(pass show tenant-b)`. The signal ends the wait for a pipe. Node's functions for files
 * would wait for its writer, and neither a signal nor the end of the process could interrupt that.
 */
export async function openFile(file: string, signal: AbortSignal): Promise<Readable> {
  if (!statSync(file).isFIFO()) return createReadStream(file, { signal });
  const { Socket } = await import("node:net");
  return new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), writable: false, signal });
}
