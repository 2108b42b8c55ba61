/**
 * Returns whether fetch returned a response. Checks the members that are used and not the class, because a response can
 * come from another implementation or realm, or be made by hand.
 */
export function isResponse(value: unknown): boolean {
  const { status, ok, headers, text } = Object(value) as Partial<Response>;
  return (
    typeof status === "number" &&
    typeof ok === "boolean" &&
    typeof headers?.get === "function" &&
    typeof text === "function"
  );
}

/** Returns what a custom fetch did so that its response cannot be read, or undefined if it can. */
export function responseProblem(response: Response): string | undefined {
  if (!isResponse(response)) return "returned no Response";
  return response.bodyUsed || response.body?.locked
    ? "has read the body of its response. Let it read response.clone() instead"
    : undefined;
}

/**
 * Returns advice if fetch took the runtime's Request for a URL, or undefined for other errors. Packages such as undici
 * accept only requests of their own class. Nothing was sent then.
 */
export function foreignRequestProblem(error: unknown): string | undefined {
  const { message, cause, input } = Object(error) as { message?: unknown; cause?: unknown; input?: unknown };
  const text = [message, input, Object(cause).message, Object(cause).input].join(" ");
  return /\[object \w*Request\]|Only absolute URLs/.test(text)
    ? "fetch: this implementation does not accept the runtime's Request. " +
        "Wrap it, with the Request of its package: (request, init) => fetch(new Request(request.url, request), init)"
    : undefined;
}

/** Returns the body as a web stream. Responses of node-fetch, and those that are made by hand, have none. */
export function streamOf(response: Response): ReadableStream<Uint8Array<ArrayBuffer>> {
  if (response.body?.getReader) return response.body;
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode(await response.text()));
      controller.close();
    },
  });
}

/** Makes a response of another implementation pass `instanceof Response`, which openapi-fetch requires of middleware. */
export function asRuntimeResponse(response: Response): Response {
  if (!response || response instanceof Response) return response;
  return new Proxy(Object.create(Response.prototype), {
    get(_, key) {
      const value: unknown = Reflect.get(response, key);
      return typeof value === "function" ? value.bind(response) : value;
    },
  });
}
