import { QBenchError } from "@qbench-sdk/auth";

/**
 * Reports that a Redis command failed or timed out, or that another process took over the token lock. It contains no
 * token and has no `cause`, because the error of a Redis client can quote the command and so the stored tokens.
 */
export class QBenchRedisError extends QBenchError {
  static override readonly qbenchError: string = "QBenchRedisError";

  override readonly name = "QBenchRedisError";
  /** The system's code for a broken connection, such as `ECONNREFUSED`. */
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
  const text = error instanceof Error ? error.message : "";
  const redisCode = /^[A-Z]{3,40}(?= )/.exec(text)?.[0];
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  const systemCode = typeof code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : undefined;
  const name = error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : "Error";
  return new QBenchRedisError(`Redis command failed: ${redisCode ?? systemCode ?? name}`, systemCode);
}
