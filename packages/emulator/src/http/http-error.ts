/** An answer that is not a success, thrown from wherever it is noticed and written out in one place. */
export class Failure extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(`answers ${status}`);
    this.name = "Failure";
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** One entry of `errors` in a 400: where, what, and the validator's word for it. Its shape is not published (facts 6.1). */
export interface ItemError {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** `BadRequestResponse` of the document: the only envelope with `errors`. `error_token` is added when it is written. */
export const badRequest = (description: string, errors: readonly ItemError[] = [], type = "ValidationError"): Failure =>
  new Failure(400, { error_type: type, error_description: description, errors });

export const notFound = (description: string): Failure =>
  new Failure(404, { error_type: "NotFoundError", error_description: description });

export const forbidden = (description: string): Failure =>
  new Failure(403, { error_type: "ForbiddenError", error_description: description });

/** An error of the token endpoints, in the form of RFC 6749 section 5.2 (facts 3.3). */
export const oauthError = (error: string, description: string): Failure =>
  new Failure(400, { error, error_description: description });
