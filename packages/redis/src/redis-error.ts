import { QBenchError } from "@qbench-sdk/auth";

/**
 * Reports that a Redis command failed or timed out, or that another process took over the token lock. It contains no
 * token and has no `cause`, because the error of a Redis client can quote the command and so the stored tokens.
 */
export class QBenchRedisError extends QBenchError {
  static override readonly qbenchError: string = "QBenchRedisError";

  override readonly name = "QBenchRedisError";
  /** Redis's code, such as `NOAUTH`, or the system's code for a broken connection, such as `ECONNREFUSED`. */
  declare readonly code?: string;

  constructor(message: string, code?: string) {
    super(message);
    if (code !== undefined) this.code = code;
  }
}

/**
 * Converts an error of a Redis client. Only Redis's error code, the system's code or the error's name is kept, because
 * the rest of the message can quote the command.
 */
export function toRedisError(error: unknown): QBenchRedisError {
  if (error instanceof QBenchRedisError) return error;
  const { message, code, name }: { message?: unknown; code?: unknown; name?: unknown } = Object(error);
  const shownCode =
    readRedisCode(String(message)) ??
    (typeof code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : undefined);
  const shownName = typeof name === "string" && /^[A-Za-z]{1,40}$/.test(name) ? name : "Error";
  return new QBenchRedisError(`Redis command failed: ${shownCode ?? shownName}`, shownCode);
}

/** Returns the code with which a message of Redis begins, such as "NOAUTH Authentication required." */
function readRedisCode(message: string): string | undefined {
  // In scripts, Redis 7 gives no code of its own to a missing permission, and Redis 6 puts a text before the code.
  if (message.startsWith("ERR The user executing the script")) return "NOPERM";
  return /: -([A-Z]{3,40}) /.exec(message)?.[1] ?? /^([A-Z]{3,40}) /.exec(message)?.[1];
}
