/**
 * Are we in a browser, in a page or a worker? There a secret is nobody's secret, and cookies are the browser's own
 * business. Test environments that play the browser on a server, such as jsdom, are none.
 */
export function isBrowser(): boolean {
  const { navigator, process } = globalThis as {
    navigator?: { userAgent?: string };
    process?: { versions?: { node?: string } };
  };
  return navigator?.userAgent?.startsWith("Mozilla/") === true && process?.versions?.node === undefined;
}

/**
 * Does this fetch drop the Authorization header when it follows a redirect to another origin? The runtime's own does (Fetch
 * standard, HTTP-redirect fetch), but for workerd, where it depends on the date that the worker was made for. Of any other
 * it isn't known.
 */
export function followsSafely(fetch: unknown): boolean {
  return fetch === globalThis.fetch && !isWorkerd();
}

/** Returns whether this is workerd, the runtime of Cloudflare Workers. */
export const isWorkerd = (): boolean => globalThis.navigator?.userAgent === "Cloudflare-Workers";
