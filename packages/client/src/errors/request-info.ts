/** Identifies a request in messages and events. */
export interface RequestInfo {
  method: string;
  /** The path without the query, which may hold names and other personal data. */
  path: string;
}

/** An openapi-fetch result has the response only, and errors should name the request. */
const failedRequests = new WeakMap<Response, RequestInfo>();

/** Remembers the request of an error response. */
export function rememberRequest(response: Response, request: RequestInfo): void {
  failedRequests.set(response, request);
}

/** Returns the request of an error response, if it is known. */
export const requestInfoOf = (response: Response): RequestInfo | undefined => failedRequests.get(response);

/** Returns the method and the path of a request. */
export const requestInfo = ({ method, url }: Request): RequestInfo => ({ method, path: new URL(url).pathname });
