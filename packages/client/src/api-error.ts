import { readRetryAfter } from "@qbench-sdk/auth";
import { callOf } from "./call-record.js";

/**
 * QBench answered a call with an error. The message is one line for whoever looks into it; it holds neither the query nor
 * bodies nor the access token.
 */
export class QBenchApiError extends Error {
  override readonly name = "QBenchApiError";
  readonly status: number;
  /** QBench's kind of error, such as `ValidationError` (facts 6.1). */
  readonly type?: string;
  /** QBench's name for this one incident; its support can look it up. */
  readonly token?: string;
  /** What is wrong with which item of a list, where QBench tells. */
  readonly errors: readonly unknown[];
  readonly method?: string;
  readonly path?: string;
  /** How long QBench asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(message: string, details: Omit<QBenchApiError, keyof Error>) {
    super(message);
    const { status, type, token, errors, method, path, retryAfterMs } = details;
    this.status = status;
    this.errors = errors;
    if (type !== undefined) this.type = type;
    if (token !== undefined) this.token = token;
    if (method !== undefined) this.method = method;
    if (path !== undefined) this.path = path;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The error for an answer, from either of QBench's envelopes: `error_type` and so on, or `error` alone (facts 6.2). */
export function toApiError(response: Response, body: unknown): QBenchApiError {
  const envelope = isObject(body) ? body : {};
  const { status } = response;
  const type = textOf(envelope.error_type);
  const token = textOf(envelope.error_token);
  const description = textOf(envelope.error_description) ?? textOf(envelope.error);
  const { method, path } = callOf(response) ?? { path: response.url && new URL(response.url).pathname };
  const retryAfterMs = readRetryAfter(response.headers, Date.now());
  const message = [
    `${[method, path].filter(Boolean).join(" ") || "The call"} was answered ${status}`,
    [type, description?.replace(/\s+/g, " ")].filter(Boolean).join(": "),
    token && `error_token ${token}`,
  ];
  return new QBenchApiError(message.filter(Boolean).join("; "), {
    status,
    errors: Array.isArray(envelope.errors) ? envelope.errors : [],
    ...(type !== undefined && { type }),
    ...(token !== undefined && { token }),
    ...(method && { method }),
    ...(path && { path }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
