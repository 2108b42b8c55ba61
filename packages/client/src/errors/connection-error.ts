import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";
import type { RequestInfo } from "./request-info.js";

/** Where it failed: no connection was made, no headers came, or the body broke off. */
export type ConnectionPhase = "connect" | "headers" | "body";

/**
 * The network failed, so that there is no answer to a call, or a part of one. There is no `cause`: what a fetch throws can hold the request,
 * and so the access token.
 */
export class QBenchConnectionError extends QBenchError {
  static {
    brandError(QBenchConnectionError, "QBenchConnectionError");
  }

  override readonly name = "QBenchConnectionError";
  readonly method: string;
  readonly path: string;
  readonly phase: ConnectionPhase;
  /** False only when it is certain that no byte of the request was sent. Otherwise a write may have been executed. */
  readonly requestSent: boolean;
  /** The system's code, such as `ECONNREFUSED`, where the runtime tells. */
  readonly code?: string;

  constructor({ method, path }: RequestInfo, phase: ConnectionPhase, code?: string) {
    const what = {
      connect: "was not sent, there is no connection",
      headers: "has no answer, the connection broke",
      body: "has a part of its answer, the connection broke",
    }[phase];
    const unsent = phase === "connect";
    const hint = unsent ? "; see baseUrl" : method === "GET" || method === "HEAD" ? "" : "; it may have been done";
    super(`${method} ${path} ${what}${code === undefined ? "" : ` (${code})`}${hint}`);
    this.method = method;
    this.path = path;
    this.phase = phase;
    this.requestSent = !unsent;
    if (code !== undefined) this.code = code;
  }
}
