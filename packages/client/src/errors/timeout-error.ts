import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";
import type { RequestInfo } from "./request-info.js";

/** What took too long: the answer's headers, its body, or all of the call. */
export type TimeoutPhase = "headers" | "body" | "total";

const missed = { headers: "was not answered", body: "was not answered to the end", total: "was not done" };

/** A call took too long. A write may have been done. The message names the setting of `timeouts`. */
export class QBenchTimeoutError extends QBenchError {
  static {
    brandError(QBenchTimeoutError, "QBenchTimeoutError");
  }

  override readonly name = "QBenchTimeoutError";
  readonly method: string;
  readonly path: string;
  readonly phase: TimeoutPhase;
  /** In milliseconds. */
  readonly limitMs: number;

  constructor({ method, path }: RequestInfo, phase: TimeoutPhase, limitMs: number) {
    super(`${method} ${path} ${missed[phase]} within ${limitMs} ms (timeouts.${phase}Ms)`);
    this.method = method;
    this.path = path;
    this.phase = phase;
    this.limitMs = limitMs;
  }
}
