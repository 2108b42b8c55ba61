import { delay } from "@qbench-sdk/auth/internal";
import { QBenchFileError } from "../errors/file-error.js";
import { downloadFile, type FileRecord } from "../files/download-file.js";
import type { FileOptions } from "../files/presigned-url.js";
import { readBody } from "../transport/buffered-response.js";

/** Holds a report and its whole file. */
export interface DeliveredReport<Report> {
  /** The report as QBench returned it last: after publishing, if it was published. */
  report: Report;
  /** The content of the file, usually a PDF. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The media type of the file, if the storage sends it. */
  contentType?: string;
}

/** A download changes nothing, so it is repeated as often as the client repeats a GET. */
const MAX_ATTEMPTS = 4;

/**
 * Downloads the file of a report into memory. If the URL has expired or the connection breaks, reads the report again
 * for a new URL, and repeats the download.
 *
 * @throws QBenchFileError if the storage rejects the download, or after four attempts
 */
export async function downloadReport<Report extends FileRecord>(
  report: Report,
  readAgain: () => Promise<Report>,
  { fetch, signal, intervalMs }: Pick<FileOptions, "fetch"> & { signal: AbortSignal; intervalMs: number },
): Promise<DeliveredReport<Report>> {
  let current = report;
  for (let attempt = 1; ; attempt++) {
    try {
      const { stream, contentType } = await downloadFile(current, { signal, ...(fetch && { fetch }) });
      // Not `new Response(stream)`, because browsers replace the error of its stream by their own.
      const bytes = await readBody(stream.getReader());
      return { report: current, bytes, ...(contentType !== undefined && { contentType }) };
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw error;
    }
    await delay(intervalMs * 2 ** (attempt - 1), signal);
    current = await readAgain();
  }
}

const isTransient = (error: unknown): boolean =>
  error instanceof QBenchFileError &&
  (["no_url", "expired", "connection_failed", "wrong_length"].includes(error.reason) || (error.status ?? 0) >= 500);
