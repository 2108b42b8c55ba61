import type { Result } from "./result/unwrap.js";

const httpMethods = ["request", "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"] as const;

type HttpMethod = (...args: unknown[]) => Promise<Result>;

/**
 * Replaces the HTTP methods of an openapi-fetch client. `request` takes the method of HTTP as its first argument, and
 * the other ones are named after it.
 */
export function wrapHttpMethods(client: object, wrap: (method: HttpMethod, name: string) => HttpMethod): void {
  const members = client as Record<(typeof httpMethods)[number], HttpMethod>;
  for (const name of httpMethods) members[name] = wrap(members[name], name);
}
