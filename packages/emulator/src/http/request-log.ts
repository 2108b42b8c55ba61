import type { Context, MiddlewareHandler } from "hono";
import type { CallKind } from "./faults.js";
import type { Env } from "./responses.js";

/** A request and its response, without secrets. */
export interface LoggedRequest {
  /** The HTTP method, in upper case. */
  method: string;
  /** The path, percent-encoded as in the request. Only API requests keep their query, because that of a presigned URL is a secret. */
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
    clientOf: (c: Context<Env>) => string | undefined,
    kindOf: (path: string) => CallKind,
  ): MiddlewareHandler<Env> =>
  async (c, next) => {
    const start = performance.now();
    const { method } = c.req;
    // Not the decoded path, which can contain a line break.
    const { pathname, searchParams } = new URL(c.req.url);
    const query = kindOf(c.req.path) === "api" ? withoutSecrets(searchParams) : "";
    const client = clientOf(c);
    let status: number | undefined;
    try {
      await next();
      status = c.res.status;
    } finally {
      onRequest({ method, path: pathname + query, status, durationMs: performance.now() - start, client });
    }
  };

/** Returns the query with `?`. A client can send a secret to the wrong path by mistake. */
function withoutSecrets(params: URLSearchParams): string {
  const kept = [...params].map(([name, value]) => {
    const isSecret = /token|secret|assertion|signature|credential|password|key|auth/i.test(name);
    return `${encodeURIComponent(name)}=${isSecret ? "..." : encodeURIComponent(value)}`;
  });
  return kept.length > 0 ? `?${kept.join("&")}` : "";
}
