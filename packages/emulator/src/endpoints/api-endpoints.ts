import { type Context, Hono } from "hono";
import type { ApiAnswer, ApiRequest } from "../api/api.js";
import { forbidden } from "../http/http-error.js";
import { type Answers, answer, type Env } from "../http/responses.js";
import type { Stats } from "../http/stats.js";
import type { Authentication } from "../identity/authenticate.js";
import { isInScope } from "../identity/scopes.js";
import type { Call } from "../model/call.js";

interface Parts {
  answers: Answers;
  api: (request: ApiRequest) => ApiAnswer;
  authentication: Authentication;
  calls: readonly Call[];
  stats: Stats;
}

const parameterCount = (call: Call): number => call.path.split("{").length - 1;

/** Every operation of the document, for those whose scopes include it. */
export function apiEndpoints({ answers, api, authentication, calls, stats }: Parts): Hono<Env> {
  const app = new Hono<Env>();

  async function handle(c: Context<Env>, call: Call): Promise<Response> {
    const { client } = authentication.authenticate(c);
    if (!isInScope(client.scopes, call.method, call.path)) {
      stats.outOfScope++;
      throw forbidden("The API client's scopes do not include this operation");
    }
    stats.apiCalls++;
    const operation = `${call.method.toUpperCase()} ${call.path}`;
    stats.byOperation[operation] = (stats.byOperation[operation] ?? 0) + 1;
    const ids = Array.from({ length: parameterCount(call) }, (_, index) => c.req.param(`p${index}`) ?? "");
    const body = await c.req.text();
    const result = api({ call, ids, url: new URL(c.req.url), body, client, now: c.get("now") });
    return result.body === undefined ? answer(c, result.status, null) : answers.json(c, result.status, result.body);
  }

  // Hono takes the first route that fits, so paths with fewer parameters come first. Their names may be any in a
  // document, in a route they may not: there they are numbered.
  for (const call of calls.toSorted((a, b) => parameterCount(a) - parameterCount(b))) {
    let index = 0;
    const route = call.path.replace(/\{[^}]*\}/g, () => `:p${index++}`);
    app.on(call.method.toUpperCase(), route, c => handle(c, call));
  }
  return app;
}
