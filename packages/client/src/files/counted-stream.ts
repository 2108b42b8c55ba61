import { QBenchFileError } from "../errors/file-error.js";
import { notify } from "../events.js";
import type { FileOptions } from "./presigned-url.js";

/**
 * A stream that tells how many of its bytes are through, and that fails when they are not as many as they should be.
 *
 * @param failure the error for what `source` throws after so many bytes
 */
export function countedStream(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  total: number | undefined,
  onProgress: FileOptions["onProgress"],
  failure: (error: unknown, bytes: number) => unknown,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let bytes = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const part = await reader.read().catch((error: unknown) => {
          throw failure(error, bytes);
        });
        if (!part.done) bytes += part.value.byteLength;
        if (total !== undefined && (part.done ? bytes < total : bytes > total)) {
          reader.cancel().catch(() => {});
          const how = part.done ? `ended after ${bytes} of` : "goes on after";
          throw new QBenchFileError("wrong_length", `The file ${how} ${total} bytes`);
        }
        if (part.done) return controller.close();
        controller.enqueue(part.value);
        notify(onProgress, { bytes, ...(total !== undefined && { total }) });
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
