import { QBenchFileError } from "../errors/file-error.js";
import { notify } from "../events.js";
import type { FileOptions } from "./presigned-url.js";

/**
 * Wraps a stream: reports how many bytes were read, and fails if their number differs from `total`.
 *
 * @param toError returns the error to throw if `source` fails after this many bytes, or has a wrong length
 */
export function countedStream(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  total: number | undefined,
  onProgress: FileOptions["onProgress"],
  toError: (error: unknown, bytes: number) => unknown,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let bytes = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const chunk = await reader.read();
          if (!chunk.done) bytes += chunk.value.byteLength;
          if (total !== undefined && (chunk.done ? bytes < total : bytes > total)) {
            reader.cancel().catch(() => {});
            const problem = chunk.done ? `ended after ${bytes} of` : "is longer than";
            throw new QBenchFileError("wrong_length", `The file ${problem} the announced ${total} bytes.`);
          }
          if (chunk.done) return controller.close();
          controller.enqueue(chunk.value);
          notify(onProgress, { bytes, ...(total !== undefined && { total }) });
        } catch (error) {
          throw toError(error, bytes);
        }
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
