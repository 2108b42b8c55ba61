import type { Context, MiddlewareHandler } from "hono";
import { HttpError } from "./http-error.js";
import { type Env, type Responses, respond } from "./responses.js";

/** The error with which `fetch` rejects when a connection breaks. */
export class ConnectionCut extends TypeError {
  constructor() {
    super("fetch failed: the connection was cut by an injected fault");
    this.name = "TypeError";
  }
}

/** Applies the effects of the matching faults, except for `revokeToken` and `skewMs`, which emulator.ts applies. */
export const faultEffects =
  (responses: Responses): MiddlewareHandler<Env> =>
  async (c, next) => {
    const fault = c.get("fault");
    if (!fault) return next();
    if (fault.latencyMs) await new Promise(resolve => setTimeout(resolve, fault.latencyMs));
    if (fault.cut === "before") return cut(c);
    if (fault.redirect) return c.redirect(fault.redirect, fault.redirectStatus ?? 302);
    for (const [name, value] of Object.entries(fault.headers ?? {})) c.header(name, value);
    if (fault.status) {
      const { status, body } = fault;
      if (typeof body === "string") return respond(c, status, body);
      const injected = { error_type: "InjectedFault", error_description: "An injected fault" };
      return responses.error(c, new HttpError(status, body ?? injected));
    }
    await next();
    if (fault.cut === "after") return cut(c);
    if (fault.malformed || fault.cut === "during") {
      // A 204 has no body that could break off.
      if (c.res.body === null) return fault.cut && cut(c);
      const text = await c.res.text();
      const half = new TextEncoder().encode(text.slice(0, Math.ceil(text.length / 2)));
      c.res = new Response(fault.malformed ? half : brokenBody(half, c.env?.cut), c.res);
      // Without this header the server buffers a body that is ready, so the cut would come before the response headers.
      if (!fault.malformed) c.header("Transfer-Encoding", "chunked");
    }
  };

function cut(c: Context<Env>): never {
  c.env?.cut?.();
  throw new ConnectionCut();
}

/** Returns a body that ends with a closed connection after its first half. Without a connection, reading it fails. */
function brokenBody(half: Uint8Array, cutConnection: (() => void) | undefined): ReadableStream {
  let sent = false;
  return new ReadableStream(
    {
      async pull(controller) {
        if (!sent) {
          sent = true;
          controller.enqueue(half);
          return;
        }
        if (!cutConnection) return controller.error(new ConnectionCut());
        // The first half is written to the socket at the end of this turn of the event loop.
        await new Promise(resolve => setTimeout(resolve));
        cutConnection();
        controller.close();
      },
    },
    // With 0, the second pull comes only after the first half was read.
    { highWaterMark: 0 },
  );
}
