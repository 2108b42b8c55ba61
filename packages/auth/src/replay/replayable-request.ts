/**
 * A Request that remembers what its body was made of, so that the middleware can send it again without a copy, which would
 * cost more than all the rest of a call. For openapi-fetch: `createClient({ baseUrl, Request: ReplayableRequest })`.
 */
export class ReplayableRequest extends Request {
  readonly #body: BodyInit | null | undefined;

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, init);
    this.#body = init?.body;
  }

  /** What the body was made of: undefined when that isn't known, or was a stream, which is gone once it is sent. */
  static bodyOf(request: Request): BodyInit | undefined {
    if (!(#body in request) || request.#body instanceof ReadableStream) return undefined;
    return request.#body ?? undefined;
  }

  static isOne(request: Request): boolean {
    return #body in request;
  }

  // openapi-fetch takes a middleware's result only if it is an instance of this class, and others return plain Requests.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof globalThis.Request;
  }
}

/** A function that opens a body, kept at the request under this name by openapi-fetch. */
const OPEN_BODY = "openBody";

/**
 * Options for a call with a streamed body, which is opened anew when the call has to be sent again:
 *
 *     client.POST(path, { body, ...replayableStream(() => openAsBlob("big.csv").stream()) })
 *
 * @param open gives the body's stream; called once for each attempt, two at most
 */
export function replayableStream(open: () => ReadableStream): {
  bodySerializer: () => ReadableStream;
  duplex: "half";
  openBody: () => ReadableStream;
} {
  return { bodySerializer: () => open(), duplex: "half", [OPEN_BODY]: open };
}

export function bodyOpener(request: Request): (() => ReadableStream) | undefined {
  const { openBody } = request as Request & { openBody?: () => ReadableStream };
  return typeof openBody === "function" ? openBody : undefined;
}
