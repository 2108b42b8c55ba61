import type { Context } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import type { Random } from "../records/random.js";
import type { Fault } from "./faults.js";
import type { Failure } from "./http-error.js";

/** What travels with a request through the emulator. */
export interface Env {
  /** From whoever runs the emulator: closes the caller's connection. */
  Bindings: { cut?: () => void };
  Variables: {
    /** The server's time for this request, in milliseconds since the epoch. */
    now: number;
    fault: Fault | undefined;
  };
}

export interface Answers {
  json(c: Context<Env>, status: number, body: unknown): Response;
  failure(c: Context<Env>, failure: Failure): Response;
}

export function answer(c: Context<Env>, status: number, body: string | null): Response {
  c.status(status as StatusCode);
  return body === null ? c.body(null) : c.body(body);
}

/** Writes answers as QBench does, with its padding key where that is wanted (facts 6.4). */
export function createAnswers(random: Random, padding: boolean): Answers {
  const json: Answers["json"] = (c, status, body) => {
    const padded =
      padding && typeof body === "object" && body !== null && !Array.isArray(body)
        ? { ...body, [`qb${random.hex(random.integer(1, 4))}`]: random.hex(random.integer(4, 40)) }
        : body;
    c.header("Content-Type", "application/json");
    return answer(c, status, JSON.stringify(padded));
  };
  return {
    json,
    failure(c, { status, body, headers }) {
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      // An error's token names this one incident (facts 6.1); errors of the token endpoints have none.
      return json(c, status, "error_type" in body ? { ...body, error_token: random.hex(16) } : body);
    },
  };
}
