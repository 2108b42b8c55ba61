import { QBenchError } from "@qbench-sdk/auth";
import { resendAdvice } from "./message.js";

/** Names what took too long: one attempt up to the end of its response, or the whole call with its retries. */
export type TimeoutPhase = "attempt" | "total";

const PROBLEMS = { attempt: "the response took", total: "the call with its retries took" };

/**
 * Reports that a request took too long. The message names the option of `timeouts` that sets the limit. If the
 * request was sent, QBench may have executed a write.
 *
 * @example
 * ```ts
 * if (error instanceof QBenchTimeoutError) console.error(`${error.phase} took more than ${error.limitMs} ms`);
 * ```
 */
export class QBenchTimeoutError extends QBenchError {
  static override readonly qbenchError: string = "QBenchTimeoutError";

  override readonly name = "QBenchTimeoutError";
  /** The HTTP method of the request. */
  declare readonly method: string;
  /** The path without the query. */
  declare readonly path: string;
  /** What took too long. */
  declare readonly phase: TimeoutPhase;
  /** The limit that was exceeded, in milliseconds. */
  declare readonly limitMs: number;
  /** False only if it is certain that nothing of the request was sent: it still waited for its turn. */
  declare readonly requestSent: boolean;

  constructor(
    { method, path }: { method: string; path: string },
    phase: TimeoutPhase,
    limitMs: number,
    requestSent = true,
  ) {
    const problem = `${PROBLEMS[phase]} more than ${limitMs} ms (timeouts.${phase}Ms)`;
    super(`${method} ${path} failed: ${problem}. ${requestSent ? resendAdvice(method) : "Nothing was sent."}`);
    Object.assign(this, { method, path, phase, limitMs, requestSent });
  }
}
