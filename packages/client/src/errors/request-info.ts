import type { Middleware } from "openapi-fetch";

/** Identifies a request in messages and events. */
export interface RequestInfo {
  method: string;
  /** The path without the query, which may hold names and other personal data. */
  path: string;
}

/** An openapi-fetch result has the response only, and errors should name the request. */
const failedRequests = new WeakMap<Response, RequestInfo>();

/** Returns the request of an error response, if `recordRequests` has seen it. */
export const requestInfoOf = (response: Response): RequestInfo | undefined => failedRequests.get(response);

/** Returns the method and the path of a request. */
export const requestInfo = ({ method, url }: Request): RequestInfo => ({ method, path: new URL(url).pathname });

/**
 * Remembers the request of each error response. Register it first, so that it sees the response that the caller gets.
 */
export const recordRequests: Middleware = {
  onResponse({ request, response }) {
    if (!response.ok) failedRequests.set(response, requestInfo(request));
  },
};
