/**
 * Why a file did not come or go:
 * - `invalid_content`: what is to be uploaded is no file; nothing was sent
 * - `no_url`: the record has no address for it, or none yet
 * - `insecure_url`: its address is not https (http is for loopback only)
 * - `expired`: its address is no longer good, as each is after a while; read the record again
 * - `refused`: the storage said no; see `status` and `code`
 * - `network`: the storage could not be reached, or the connection broke
 * - `truncated`: it ended before its end
 */
export type QBenchFileErrorReason =
  | "invalid_content"
  | "no_url"
  | "insecure_url"
  | "expired"
  | "refused"
  | "network"
  | "truncated";

/**
 * A file could not be uploaded or downloaded. Its address is as good as a password while it lasts, so that neither the
 * message nor anything else here holds it, and there is no `cause`.
 */
export class QBenchFileError extends Error {
  override readonly name = "QBenchFileError";
  readonly reason: QBenchFileErrorReason;
  /** The HTTP status of the storage, where it answered. */
  readonly status?: number;
  /** The storage's word for what is wrong, such as `SignatureDoesNotMatch`. */
  readonly code?: string;
  /** The attachment that was created and has no file: upload to a new one, and delete this. */
  readonly attachmentId?: number | string;

  constructor(
    reason: QBenchFileErrorReason,
    message: string,
    details: Partial<Pick<QBenchFileError, "status" | "code" | "attachmentId">> = {},
  ) {
    super(message);
    this.reason = reason;
    Object.assign(this, details);
  }
}
