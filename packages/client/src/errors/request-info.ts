import type { Middleware } from "openapi-fetch";

/** Which call an answer is to. An openapi-fetch result has the answer only, and an error should name the call. */
export interface RequestInfo {
  method: string;
  /** Without the query, which may hold names and other data of customers. */
  path: string;
}

const records = new WeakMap<Response, RequestInfo>();

export const requestInfoOf = (response: Response): RequestInfo | undefined => records.get(response);

export const requestInfo = ({ method, url }: Request): RequestInfo => ({ method, path: new URL(url).pathname });

/** Notes the call of each answer that is an error. Registered first, so that it sees the answer that the caller gets. */
export const recordRequests: Middleware = {
  onResponse({ request, response }) {
    if (!response.ok) records.set(response, requestInfo(request));
  },
};
