import { QBenchFileError } from "../errors/file-error.js";
import { countedStream } from "./counted-stream.js";
import { type FileOptions, fetchPresigned, findUrl } from "./presigned-url.js";

/** Represents a record that has a file: an attachment, a report or a print document. */
export interface FileRecord {
  /** The presigned URL of the file. */
  readonly url?: unknown;
  /** The file, if its URL is in another record. */
  readonly asset?: unknown;
}

/** Holds an opened file. */
export interface DownloadedFile {
  /** The content of the file. Cancel the stream if you do not read it to its end. */
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** In bytes, if the storage sends the length. */
  size?: number;
  /** The media type, if the storage sends it. */
  contentType?: string;
}

/**
 * Opens the file of a record, or of a presigned URL, as a stream. Presigned URLs need no access token and never get one
 * (docs/qbench-api.md §8). They expire after about an hour, so store the id of the record and not the URL. A file that
 * is shorter than announced ends in an error.
 *
 * @example
 * ```ts
 * const { stream } = await downloadFile(await client.reports.get(7));
 * await writeFile("report.pdf", stream);
 * ```
 *
 * @throws QBenchFileError, also from the stream. After `expired`, read the record again for a new URL.
 */
export async function downloadFile(file: FileRecord | string, options: FileOptions = {}): Promise<DownloadedFile> {
  const record = typeof file === "string" ? { url: file } : file;
  const found = findUrl(record, ["url"]) ?? findUrl(record?.asset, ["url", "file_url"]);
  if (!found) {
    throw new QBenchFileError(
      "no_url",
      "The record has no file URL. If its file is not ready yet, read it again later.",
    );
  }
  const { body, headers } = await fetchPresigned(found.url, {}, options);
  const { onProgress, signal } = options;
  const length = headers.get("Content-Length");
  // For a compressed body, Content-Length is the compressed length.
  const size = length === null || headers.has("Content-Encoding") ? undefined : Number(length);
  const contentType = headers.get("Content-Type");
  const toError = (error: unknown, bytes: number): unknown => {
    if (signal?.aborted) return signal.reason;
    if (error instanceof QBenchFileError) return error;
    return new QBenchFileError(
      "connection_failed",
      `The connection broke after ${bytes} bytes. Download the file again.`,
    );
  };
  return {
    stream: countedStream(body ?? new Blob().stream(), size, onProgress, toError),
    ...(size !== undefined && { size }),
    ...(contentType !== null && { contentType }),
  };
}
