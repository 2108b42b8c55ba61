import type { Middleware } from "openapi-fetch";

/** Identifies a request in messages and events. */
export interface RequestInfo {
  method: string;
  /** The path without the query, which may hold names and other personal data. */
  path: string;
}

/** An openapi-fetch result has the response only, and errors should name the request. */
const failedRequests = new WeakMap<Response, Request>();

/** Returns the method and the path of a request. */
export const requestInfo = ({ method, url }: Request): RequestInfo => ({ method, path: new URL(url).pathname });

/** Returns the request of an error response, if `recordRequests` has seen it. */
export function requestInfoOf(response: Response): RequestInfo | undefined {
  const request = failedRequests.get(response);
  return request && requestInfo(request);
}

/** Returns the secrets of that request, which the server's text can repeat: its access token. */
export const secretsOf = (response: Response): (string | undefined)[] => [
  failedRequests.get(response)?.headers.get("Authorization")?.split(" ")[1],
];

/**
 * Remembers the request of each error response. Register it first, so that it sees the response that the caller gets.
 */
export const recordRequests: Middleware = {
  onResponse({ request, response }) {
    if (!response.ok) failedRequests.set(response, request);
  },
};
