import { QBenchFileError } from "./file-error.js";
import type { FileOptions } from "./presigned-url.js";

/** A stream whose bytes are counted as they go, and that fails when it ends before its size. */
export function countedStream(
  source: ReadableStream<Uint8Array>,
  size: number | undefined,
  { onProgress, signal }: FileOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let bytes = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const part = await reader.read().catch(() => {
          signal?.throwIfAborted();
          throw new QBenchFileError("network", `The connection broke after ${bytes} bytes of the file`);
        });
        if (part.done) {
          if (size !== undefined && bytes < size) {
            throw new QBenchFileError("truncated", `The file ended after ${bytes} of ${size} bytes`);
          }
          return controller.close();
        }
        bytes += part.value.byteLength;
        controller.enqueue(part.value as Uint8Array<ArrayBuffer>);
        onProgress?.(bytes, size);
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
