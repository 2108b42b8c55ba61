import { QBenchError } from "@qbench-sdk/auth";

/**
 * Names why a file could not be uploaded or downloaded:
 * - `no_url`: the record has no URL for the file, or not yet
 * - `insecure_url`: the URL is not https (http is allowed for loopback only)
 * - `expired`: the URL has expired; read the record again for a new one
 * - `rejected_by_server`: the storage responded with an error; see `status` and `code`
 * - `connection_failed`: the storage could not be reached, or the connection broke
 * - `fetch_failed`: the option `fetch` failed for another reason, or did not return a readable response
 * - `wrong_length`: the file has fewer or more bytes than announced
 * - `unreadable`: the content to upload could not be read; see `cause`
 */
export type QBenchFileErrorReason =
  | "no_url"
  | "insecure_url"
  | "expired"
  | "rejected_by_server"
  | "connection_failed"
  | "fetch_failed"
  | "wrong_length"
  | "unreadable";

/**
 * Reports that a file could not be uploaded or downloaded. Until it expires, the URL of a file is as good as a
 * password, so the error does not contain it. Only `unreadable` has a `cause`.
 */
export class QBenchFileError extends QBenchError {
  static override readonly qbenchError: string = "QBenchFileError";

  override readonly name = "QBenchFileError";
  /** Why the file could not be transferred. */
  readonly reason: QBenchFileErrorReason;
  /** The HTTP status of the storage, if it responded. */
  declare readonly status?: number;
  /** The storage's own error code, such as `SignatureDoesNotMatch`. */
  declare readonly code?: string;
  /** The id of the attachment that was created and has no file. Delete it, and upload to a new one. */
  declare readonly attachmentId?: number;

  constructor(
    reason: QBenchFileErrorReason,
    message: string,
    { cause, ...details }: { status?: number; code?: string; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    Object.assign(this, details);
  }
}
