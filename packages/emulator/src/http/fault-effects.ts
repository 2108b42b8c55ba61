import type { Context, MiddlewareHandler } from "hono";
import { Failure } from "./http-error.js";
import { type Answers, answer, type Env } from "./responses.js";

/** Fetch's own failure for a connection that broke. */
export class ConnectionCut extends TypeError {
  constructor() {
    super("fetch failed: the connection was cut by an injected fault");
    this.name = "TypeError";
  }
}

/** Does to a call what the fault that meets it says; revoked tokens and skewed clocks are dealt with before. */
export const faultEffects =
  (answers: Answers): MiddlewareHandler<Env> =>
  async (c, next) => {
    const fault = c.get("fault");
    if (!fault) return next();
    if (fault.latencyMs) await new Promise(resolve => setTimeout(resolve, fault.latencyMs));
    if (fault.cut === "before") return cut(c);
    if (fault.redirect) return c.redirect(fault.redirect, fault.redirectStatus ?? 302);
    for (const [name, value] of Object.entries(fault.headers ?? {})) c.header(name, value);
    if (fault.status) {
      const { status, body } = fault;
      if (typeof body === "string") return answer(c, status, body);
      const injected = { error_type: "InjectedFault", error_description: "An injected fault" };
      return answers.failure(c, new Failure(status, body ?? injected));
    }
    await next();
    if (fault.cut === "after") return cut(c);
    if (fault.malformed || fault.cut === "during") {
      const text = await c.res.text();
      const half = new TextEncoder().encode(text.slice(0, Math.ceil(text.length / 2)));
      c.res = new Response(fault.malformed ? half : brokenBody(half, c.env?.cut), c.res);
      // Without it the server holds back what it is given at once, and the socket would be cut before there is an answer.
      if (!fault.malformed) c.header("Transfer-Encoding", "chunked");
    }
  };

function cut(c: Context<Env>): never {
  c.env?.cut?.();
  throw new ConnectionCut();
}

/** Half a body, then the end of the connection, or a body that fails where there is none to cut. */
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
        // What was written in this turn of the event loop goes out at its end.
        await new Promise(resolve => setTimeout(resolve));
        cutConnection();
        controller.close();
      },
    },
    // Asked for the next part only when the half was written.
    { highWaterMark: 0 },
  );
}
