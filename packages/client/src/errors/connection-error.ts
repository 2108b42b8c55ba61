import { QBenchError } from "@qbench-sdk/auth";
import { NETWORK_ADVICE } from "@qbench-sdk/auth/internal";
import { resendAdvice } from "./message.js";

/**
 * Names when the network failed:
 * - `certificate`: the server's certificate was rejected
 * - `proxy`: the proxy refused to connect to the server, with 407 or another 4xx
 * - `connect`: before a connection was made
 * - `headers`: before the response headers arrived
 * - `body`: before the response body ended
 */
export type ConnectionPhase = "certificate" | "proxy" | "connect" | "headers" | "body";

const PROBLEMS = {
  certificate: "the server's certificate was rejected",
  proxy: "the proxy refused to connect to the server",
  connect: "no connection could be made",
  headers: "the connection broke before the response",
  body: "the connection broke in the response body",
};

/**
 * Reports that the network failed, so that a response is missing or incomplete. It has no `cause`, because what fetch
 * throws can hold the request, and so the access token.
 *
 * @example
 * ```ts
 * if (error instanceof QBenchConnectionError && !error.requestSent) console.error("QBench executed nothing");
 * ```
 */
export class QBenchConnectionError extends QBenchError {
  static override readonly qbenchError: string = "QBenchConnectionError";

  override readonly name = "QBenchConnectionError";
  /** The HTTP method of the request. */
  declare readonly method: string;
  /** The path without the query. */
  declare readonly path: string;
  /** When the network failed. */
  declare readonly phase: ConnectionPhase;
  /**
   * False only if it is certain that nothing of the request was sent. If it is true, QBench may have executed a write.
   */
  declare readonly requestSent: boolean;
  /** The system's code, such as `ECONNREFUSED`, if the runtime has one. */
  declare readonly code?: string;

  constructor({ method, path }: { method: string; path: string }, phase: ConnectionPhase, code?: string) {
    const requestSent = phase === "headers" || phase === "body";
    const advice = requestSent ? resendAdvice(method) : `Nothing was sent. Check baseUrl, ${NETWORK_ADVICE[phase]}`;
    super(`${method} ${path} failed: ${PROBLEMS[phase]}${code === undefined ? "" : ` (${code})`}. ${advice}`);
    Object.assign(this, { method, path, phase, requestSent }, code !== undefined && { code });
  }
}
