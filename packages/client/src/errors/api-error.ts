import { QBenchError } from "@qbench-sdk/auth";
import { brandError } from "@qbench-sdk/auth/internal";
import type { components } from "@qbench-sdk/types";

/** The body of a 400 as the first client's document declares it, where it does by QBench's name. */
export type ErrorBody = components["schemas"] extends { BadRequestResponse: infer Body } ? Body : unknown;

/** What is wrong with one item, as the bodies that have a list of it declare it. */
type ErrorItem<Body> = [WithErrors<Body>] extends [never]
  ? Record<string, unknown>
  : WithErrors<Body>["errors"][number];
type WithErrors<Body> = Extract<Body, { errors: readonly unknown[] }>;

/**
 * QBench answered a call with an error. The message is one line for whoever looks into it; it holds neither the query nor
 * bodies nor the access token.
 */
export class QBenchApiError<Body = ErrorBody> extends QBenchError {
  static {
    brandError(QBenchApiError, "QBenchApiError");
  }

  declare static [Symbol.hasInstance]: (error: unknown) => error is QBenchApiError;
  override readonly name: string = "QBenchApiError";
  readonly status: number;
  /** QBench's kind of error, such as `ValidationError` (facts 6.1). */
  readonly type?: Body extends { error_type: infer Type } ? Type : string;
  /** QBench's name for this one incident; its support can look it up. */
  readonly errorToken?: string;
  /** What is wrong with which item of a list, where QBench tells. */
  readonly errors: readonly ErrorItem<Body>[];
  readonly method?: string;
  readonly path?: string;
  /** How long QBench asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(message: string, details: Omit<QBenchApiError<Body>, keyof Error>) {
    super(message);
    const { status, type, errorToken: token, errors, method, path, retryAfterMs } = details;
    this.status = status;
    this.errors = errors;
    if (type !== undefined) this.type = type;
    if (token !== undefined) this.errorToken = token;
    if (method !== undefined) this.method = method;
    if (path !== undefined) this.path = path;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** QBench refused a call because of its limits (429), and did not carry it out (facts 6.3). */
export class QBenchRateLimitError<Body = ErrorBody> extends QBenchApiError<Body> {
  static {
    brandError(QBenchRateLimitError, "QBenchRateLimitError");
  }

  declare static [Symbol.hasInstance]: (error: unknown) => error is QBenchRateLimitError;
  override readonly name: string = "QBenchRateLimitError";
}
