import { QBenchFileError } from "./file-error.js";
import type { FileOptions } from "./presigned-url.js";

/**
 * A stream that tells how many of its bytes are through, and that fails when they are not as many as they should be.
 *
 * @param failure the error for what `source` throws after so many bytes
 */
export function countedStream(
  source: ReadableStream<Uint8Array>,
  total: number | undefined,
  onProgress: FileOptions["onProgress"],
  failure: (error: unknown, bytes: number) => unknown,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let bytes = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw failure(error, bytes);
        });
        bytes += value?.byteLength ?? 0;
        if (total !== undefined && (done ? bytes < total : bytes > total)) {
          reader.cancel().catch(() => {});
          throw new QBenchFileError(
            "wrong_length",
            `The file ${done ? `ended after ${bytes} of` : "goes on after"} ${total} bytes`,
          );
        }
        if (done) return controller.close();
        controller.enqueue(value as Uint8Array<ArrayBuffer>);
        try {
          onProgress?.({ bytes, ...(total !== undefined && { total }) });
        } catch {}
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
