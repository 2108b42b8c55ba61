import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";
/**
 * Why a file did not come or go:
 * - `no_url`: the record has no address for it, or none yet
 * - `insecure_url`: its address is not https (http is for loopback only)
 * - `expired`: its address was good for a while only; read the record again for another
 * - `rejected_by_server`: the storage said no; see `status` and `code`
 * - `connection_failed`: the storage could not be reached, or the connection broke
 * - `wrong_length`: it has fewer or more bytes than was said
 * - `unreadable`: what was to be uploaded could not be read; see `cause`
 */
export type QBenchFileErrorReason =
  | "no_url"
  | "insecure_url"
  | "expired"
  | "rejected_by_server"
  | "connection_failed"
  | "wrong_length"
  | "unreadable";

/**
 * A file could not be uploaded or downloaded. Its address is as good as a password while it lasts: nothing here holds it, and
 * only `unreadable` has a `cause`.
 */
export class QBenchFileError extends QBenchError {
  static {
    brandError(QBenchFileError, "QBenchFileError");
  }

  override readonly name = "QBenchFileError";
  readonly reason: QBenchFileErrorReason;
  /** The HTTP status of the storage, where it answered. */
  readonly status?: number;
  /** The storage's word for what is wrong, such as `SignatureDoesNotMatch`. */
  readonly code?: string;
  /** The attachment that was created and has no file: upload to a new one, and delete this. */
  readonly attachmentId?: number;

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
