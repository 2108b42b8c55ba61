import type { MiddlewareHandler } from "hono";
import type { Authentication } from "../identity/authenticate.js";
import type { CallKind } from "./faults.js";
import type { Env } from "./responses.js";

/** A request and its response, without secrets. */
export interface LoggedRequest {
  method: string;
  /** The path. Only API requests keep their query, because that of a presigned URL is a secret. */
  path: string;
  /** The status of the response, or undefined if a fault cut the connection instead. */
  status: number | undefined;
  /** The time until the response was ready, in milliseconds. */
  durationMs: number;
  /** The name of the API client, or undefined if the request has no valid access token. */
  client: string | undefined;
}

/** Calls a listener after each request. */
export const logRequests =
  (
    onRequest: (request: LoggedRequest) => void,
    authentication: Authentication,
    kindOf: (path: string) => CallKind,
  ): MiddlewareHandler<Env> =>
  async (c, next) => {
    const start = performance.now();
    const { method, path } = c.req;
    const query = kindOf(path) === "api" ? withoutSecrets(new URL(c.req.url).searchParams) : "";
    const client = authentication.identify(c)?.client.name;
    let status: number | undefined;
    try {
      await next();
      status = c.res.status;
    } finally {
      onRequest({ method, path: path + query, status, durationMs: performance.now() - start, client });
    }
  };

/** Returns the query with `?`. A client can send a secret to the wrong path by mistake. */
function withoutSecrets(params: URLSearchParams): string {
  const kept = [...params].map(([name, value]) => {
    const isSecret = /token|secret|assertion|signature|password/i.test(name);
    return `${encodeURIComponent(name)}=${isSecret ? "..." : encodeURIComponent(value)}`;
  });
  return kept.length > 0 ? `?${kept.join("&")}` : "";
}
