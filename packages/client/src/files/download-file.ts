import { QBenchFileError } from "../errors/file-error.js";
import { countedStream } from "./counted-stream.js";
import { type FileOptions, fetchPresigned, urlField } from "./presigned-url.js";

/** A record with a file: an attachment, a report or a print document. */
export interface FileRecord {
  readonly url?: unknown;
  readonly asset?: unknown;
}

export interface DownloadedFile {
  /** The bytes. Who does not want them all cancels it. */
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** In bytes, where the storage tells. */
  size?: number;
  contentType?: string;
}

/**
 * Opens the file of a record, or of its presigned address, which needs no access token and gets none (facts 8). The bytes come
 * as they are read; a file that is shorter than announced ends in an error. Addresses last an hour or so: keep the record's id.
 *
 * @throws QBenchFileError, also from the stream; `expired` asks for the record to be read again
 */
export async function downloadFile(file: FileRecord | string, options: FileOptions = {}): Promise<DownloadedFile> {
  const record = typeof file === "string" ? { url: file } : file;
  const address = urlField(record, ["url"]) ?? urlField(record?.asset, ["url", "file_url"]);
  if (!address) throw new QBenchFileError("no_url", "The record has no address of a file; it may not be there yet");
  const { body, headers } = await fetchPresigned(address.url, {}, options);
  const { onProgress, signal } = options;
  const length = headers.get("Content-Length");
  // The length of what is packed says nothing of what is unpacked.
  const size = length === null || headers.has("Content-Encoding") ? undefined : Number(length);
  const contentType = headers.get("Content-Type");
  const failure = (_: unknown, bytes: number): unknown =>
    signal?.aborted
      ? signal.reason
      : new QBenchFileError("connection_failed", `The connection broke after ${bytes} bytes of the file`);
  return {
    stream: countedStream(body ?? new Blob().stream(), size, onProgress, failure),
    ...(size !== undefined && { size }),
    ...(contentType !== null && { contentType }),
  };
}
