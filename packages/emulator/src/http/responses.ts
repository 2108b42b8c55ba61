import type { Context } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import type { Random } from "../records/random.js";
import type { Fault } from "./faults.js";
import type { HttpError } from "./http-error.js";

/** What Hono keeps for each request. */
export interface Env {
  /** Given by the caller of `Emulator.fetch`. `cut` closes the client's connection. */
  Bindings: { cut?: () => void };
  Variables: {
    /** The server's time for this request, in epoch milliseconds. */
    now: number;
    fault: Fault | undefined;
  };
}

export interface Responses {
  /** Responds with the text of a body. Its content type is that of JSON by default. */
  text(c: Context<Env>, status: number, body: string, contentType?: string): Response;
  json(c: Context<Env>, status: number, body: unknown): Response;
  error(c: Context<Env>, error: HttpError): Response;
}

export function respond(c: Context<Env>, status: number, body: string | null): Response {
  c.status(status as StatusCode);
  return body === null ? c.body(null) : c.body(body);
}

/** Writes JSON responses. With `padding`, each object gets QBench's padding key (docs/qbench-api.md §6.4). */
export function createResponses(random: Random, padding: boolean): Responses {
  const text: Responses["text"] = (c, status, body, contentType = "application/json") => {
    c.header("Content-Type", contentType);
    return respond(c, status, padding && body.startsWith("{") ? padded(body) : body);
  };
  const padded = (object: string): string => {
    const key = `"qb${random.hex(random.integer(1, 4))}":"${random.hex(random.integer(4, 40))}"`;
    return object === "{}" ? `{${key}}` : `${object.slice(0, -1)},${key}}`;
  };
  const json: Responses["json"] = (c, status, body) => text(c, status, JSON.stringify(body));
  return {
    text,
    json,
    error(c, { status, body, headers }) {
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      // `error_token` identifies one incident (docs/qbench-api.md §6.1). Errors of the token endpoints have none.
      return json(c, status, "error_type" in body ? { ...body, error_token: random.hex(16) } : body);
    },
  };
}
