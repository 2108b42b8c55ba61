/**
 * Remembers what the body of a Request was made of, so that the auth middleware can send it again. A copy of each
 * request would cost more than the rest of the middleware. Remembers also whether a caller can abort the request.
 *
 * @example
 * ```ts
 * const client = createClient<paths>({ baseUrl, Request: ReplayableRequest });
 * client.use(createAuthMiddleware({ baseUrl, clientId, clientSecret }));
 * ```
 */
export class ReplayableRequest extends Request {
  readonly #body: RequestInit["body"];
  readonly #signal: AbortSignal | null | undefined;

  constructor(input: string | URL | Request, init: RequestInit = {}) {
    super(input, init);
    const { body, signal } = init;
    this.#body = body;
    this.#signal = signal ?? (isRequest(input) ? ReplayableRequest.signalOf(input) : undefined);
  }

  /** Returns what the body was made of, or undefined if that is unknown or a stream, which can be read only once. */
  static bodyOf(request: Request): NonNullable<RequestInit["body"]> | undefined {
    if (!(#body in request) || isStream(request.#body)) return undefined;
    return request.#body ?? undefined;
  }

  /** Returns the signal that can abort the request, or undefined if it was made without a signal. */
  static signalOf(request: Request): AbortSignal | undefined {
    return #signal in request ? (request.#signal ?? undefined) : request.signal;
  }

  /** Returns whether the request was made by this class. `instanceof` returns true for every Request. */
  static isInstance(request: Request): boolean {
    return #body in request;
  }

  // openapi-fetch accepts the request of a middleware only if it is an instance of this class. Other middleware returns
  // plain Requests.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isRequest(value);
  }
}

// A class is not compared, because a request or a stream can come from another implementation or realm.
const isRequest = (value: unknown): value is Request =>
  typeof value === "object" && value !== null && "signal" in value && "method" in value;

/** Returns whether a body is a stream, which can be read only once. */
export const isStream = (body: unknown): body is ReadableStream =>
  typeof body === "object" && body !== null && "getReader" in body;

/** The property of a request under which openapi-fetch keeps the function that opens the body. */
const OPEN_BODY = "openBody";

/**
 * Returns options for a call with a streamed body that can be opened again, so that the request can be replayed.
 *
 * @example
 * ```ts
 * const file = await openAsBlob("orders.json");
 * await client.POST("/qbench/api/v2/orders", { body: [], ...replayableStream(() => file.stream()) });
 * ```
 * @param open opens the stream; called once for each attempt
 */
export function replayableStream(open: () => ReadableStream): {
  /** Opens the stream for openapi-fetch. */
  bodySerializer: () => ReadableStream;
  duplex: "half";
  /** Opens the stream again, for the auth middleware. */
  openBody: () => ReadableStream;
} {
  return { bodySerializer: () => open(), duplex: "half", [OPEN_BODY]: open };
}

export function bodyOpener(request: Request): (() => ReadableStream) | undefined {
  const { openBody } = request as Request & { openBody?: () => ReadableStream };
  return typeof openBody === "function" ? openBody : undefined;
}
