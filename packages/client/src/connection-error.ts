import { brandError } from "@qbench-sdk/auth";
import type { CallRecord } from "./call-record.js";

/**
 * The network failed, so that there is no answer to a call. There is no `cause`: what a fetch throws can hold the request,
 * and so the access token.
 */
export class QBenchConnectionError extends Error {
  static {
    brandError(QBenchConnectionError, "QBenchConnectionError");
  }

  override readonly name = "QBenchConnectionError";
  readonly method: string;
  readonly path: string;
  /** Nothing of the call was sent. Otherwise a write may have been done. */
  readonly unsent: boolean;
  /** The system's code, such as `ECONNREFUSED`, where the runtime tells. */
  readonly code?: string;

  constructor({ method, path }: CallRecord, unsent: boolean, code?: string) {
    const what = unsent
      ? "was not sent, there is no connection"
      : method === "GET" || method === "HEAD"
        ? "has no answer, the connection broke"
        : "has no answer, the connection broke; it may have been done";
    super(`${method} ${path} ${what}${code === undefined ? "" : ` (${code})`}${unsent ? "; see baseUrl" : ""}`);
    this.method = method;
    this.path = path;
    this.unsent = unsent;
    if (code !== undefined) this.code = code;
  }
}
