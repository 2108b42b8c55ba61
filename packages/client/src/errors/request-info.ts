/** Identifies a request in messages and events. */
export interface RequestInfo {
  method: string;
  /** The path without the query, which may hold names and other personal data. */
  path: string;
}

/** An openapi-fetch result has the response only, and errors should name the request. */
const requests = new WeakMap<Response, Request>();

/** Remembers the request of a response that becomes an error. */
export function rememberRequest(response: Response, request: Request): void {
  requests.set(response, request);
}

/** Returns the method and the path of a request. */
export const requestInfo = ({ method, url }: Request): RequestInfo => ({ method, path: new URL(url).pathname });

/** Returns the request of a response that became an error, if it is known. */
export function requestInfoOf(response: Response): RequestInfo | undefined {
  const request = requests.get(response);
  return request && requestInfo(request);
}

/** Returns the secrets of that request, which the server's text can repeat: its access token. */
export const secretsOf = (response: Response): (string | undefined)[] => [
  requests.get(response)?.headers.get("Authorization")?.split(" ")[1],
];
