import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";

/**
 * Redis did not do what it was asked, or the lock of the key was lost. It holds no token and no `cause`: what a client
 * throws can hold the command, and so the record.
 */
export class QBenchRedisError extends QBenchError {
  static {
    brandError(QBenchRedisError, "QBenchRedisError");
  }

  override readonly name = "QBenchRedisError";
  /** The system's code of a broken connection, such as `ECONNREFUSED`. */
  declare readonly code?: string;

  constructor(message: string, code?: string) {
    super(message);
    if (code !== undefined) this.code = code;
  }
}

/** What may be told of an error of a client: its first words, which are Redis's own code, and a code of the system. */
export function clientError(error: unknown): QBenchRedisError {
  const text = error instanceof Error ? error.message : "";
  // The rest of a message can quote the command.
  const reply = /^[A-Z]{3,40}(?= )/.exec(text)?.[0];
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  const known = typeof code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : undefined;
  const reason =
    reply ?? known ?? (error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : "Error");
  return new QBenchRedisError(`Redis could not be asked: ${reason}`, known);
}
