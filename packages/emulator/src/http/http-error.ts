/** A response other than a success. Any layer throws it, and `createEmulator` writes it out. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(`HTTP status ${status}`);
    this.name = "HttpError";
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** One entry of `errors` in a 400. Its shape is not published; this one follows common validators. */
export interface ItemError {
  /** The path to the wrong value. */
  loc: (string | number)[];
  msg: string;
  /** The validator's name for the error. */
  type: string;
}

/** Returns a 400. Only this envelope has `errors` (docs/qbench-api.md §6.1). Its `error_token` is added on writing. */
export const badRequest = (
  description: string,
  errors: readonly ItemError[] = [],
  type = "ValidationError",
): HttpError => new HttpError(400, { error_type: type, error_description: description, errors });

export const notFound = (description: string): HttpError =>
  new HttpError(404, { error_type: "NotFoundError", error_description: description });

export const forbidden = (description: string): HttpError =>
  new HttpError(403, { error_type: "ForbiddenError", error_description: description });

/** Returns an error of the token endpoints, in the form of RFC 6749 section 5.2 (docs/qbench-api.md §3.4). */
export const oauthError = (error: string, description: string): HttpError =>
  new HttpError(400, { error, error_description: description });
