/**
 * Does this fetch drop the Authorization header when it follows a redirect to another origin? The runtime's own does (Fetch
 * standard, HTTP-redirect fetch), but for workerd, where it depends on the date that the worker was made for. Of any other
 * it isn't known.
 */
export function followsSafely(fetch: unknown): boolean {
  return fetch === globalThis.fetch && !isWorkerd;
}

const isWorkerd: boolean = globalThis.navigator?.userAgent === "Cloudflare-Workers";
