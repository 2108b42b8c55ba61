import { type Context, Hono } from "hono";
import type { ApiRequest, ApiResponse } from "../api/api.js";
import { forbidden } from "../http/http-error.js";
import { type Env, type Responses, respond } from "../http/responses.js";
import type { Stats } from "../http/stats.js";
import type { Authentication } from "../identity/authenticate.js";
import { isInScope } from "../identity/scopes.js";
import type { ApiOperation } from "../model/api-operation.js";

interface Parts {
  api: (request: ApiRequest) => ApiResponse;
  authentication: Authentication;
  operations: readonly ApiOperation[];
  responses: Responses;
  stats: Stats;
}

const parameterCount = ({ path }: ApiOperation): number => path.split("{").length - 1;

/** Serves every operation of the document to the API clients whose scopes include it. */
export function apiEndpoints({ api, authentication, operations, responses, stats }: Parts): Hono<Env> {
  const app = new Hono<Env>();

  async function handle(c: Context<Env>, operation: ApiOperation): Promise<Response> {
    const { client } = authentication.authenticate(c);
    if (!isInScope(client.scopes, operation.method, operation.path)) {
      stats.outOfScope++;
      throw forbidden("The API client's scopes do not include this operation");
    }
    stats.apiCalls++;
    const name = `${operation.method.toUpperCase()} ${operation.path}`;
    stats.byOperation[name] = (stats.byOperation[name] ?? 0) + 1;
    const ids = Array.from({ length: parameterCount(operation) }, (_, index) => c.req.param(`p${index}`) ?? "");
    const body = operation.method === "get" ? "" : await c.req.text();
    const result = api({ operation, ids, url: new URL(c.req.url), body, client, now: c.get("now") });
    return result.body === undefined
      ? respond(c, result.status, null)
      : responses.text(c, result.status, result.body, result.contentType);
  }

  // Hono takes the first route that matches, so paths with fewer parameters come first. Parameters are numbered,
  // because Hono does not allow every name that a document can have.
  for (const operation of operations.toSorted((a, b) => parameterCount(a) - parameterCount(b))) {
    let index = 0;
    const route = operation.path.replace(/\{[^}]*\}/g, () => `:p${index++}`);
    app.on(operation.method.toUpperCase(), route, c => handle(c, operation));
  }
  return app;
}
