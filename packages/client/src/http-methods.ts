const METHODS = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"] as const;

/** Sends a request as openapi-fetch's `request` does. The method is in upper or lower case. */
export type SendRequest = (
  method: string,
  path: string,
  init?: object,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** Replaces the HTTP methods of an openapi-fetch client, all of which then send their requests by one function. */
export function wrapHttpMethods(client: object, wrap: (send: SendRequest) => SendRequest): void {
  const members = client as { request: SendRequest } & Record<(typeof METHODS)[number], unknown>;
  const send = wrap(members.request);
  members.request = send;
  for (const method of METHODS) members[method] = (path: string, init?: object) => send(method, path, init);
}
