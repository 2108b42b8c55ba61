/** Says that the result of a custom fetch is not a response, or that its properties cannot be read. */
export const NO_RESPONSE = "did not return a readable Response";

/**
 * Returns what a custom fetch did so that its response cannot be read, or undefined if it can. Checks the members that
 * are used and not the class, because a response can come from another implementation or realm, or be made by hand.
 */
export function responseProblem(response: Response): string | undefined {
  try {
    const { status, ok, headers, text, body, bodyUsed } = response;
    const types = `${typeof status} ${typeof ok} ${typeof headers.get} ${typeof text}`;
    if (types !== "number boolean function function") return NO_RESPONSE;
    return bodyUsed || body?.locked ? "has read the body of its response. Let it read a clone" : undefined;
  } catch {
    // Some implementations cannot read a response that is frozen.
    return NO_RESPONSE;
  }
}

/**
 * Returns advice if fetch took the runtime's Request for a URL, or undefined for other errors. Packages such as undici
 * accept only requests of their own class. Nothing was sent then.
 */
export function foreignRequestProblem(error: unknown): string | undefined {
  const { message, input } = Object(error);
  return /\[object \w*Request\]|Only absolute URLs/.test(`${message} ${input}`)
    ? "fetch: accepts only Requests of its own package. " +
        "Wrap it: (request, init) => fetch(new Request(request.url, request), init)"
    : undefined;
}

/** Returns the body as a web stream. Responses of node-fetch, and those that are made by hand, have none. */
export const streamOf = async (response: Response): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null> =>
  response.body?.getReader ? response.body : new Response(await response.text()).body;

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
