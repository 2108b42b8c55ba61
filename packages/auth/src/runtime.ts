/**
 * Returns whether this is a browser, in a page or a worker. There, every user can read a secret, and the browser
 * manages the cookies. Test environments that imitate a browser on a server, such as jsdom, do not count.
 */
export function isBrowser(): boolean {
  const { navigator, process } = globalThis as {
    navigator?: { userAgent?: string };
    process?: { versions?: { node?: string } };
  };
  return navigator?.userAgent?.startsWith("Mozilla/") === true && process?.versions?.node === undefined;
}

/**
 * Returns whether this fetch removes the Authorization header when it follows a redirect to another origin. The
 * runtime's own fetch does (Fetch standard, "HTTP-redirect fetch"). In workerd it depends on the worker's compatibility
 * date, and other implementations are unknown.
 */
export function followsSafely(fetch: unknown): boolean {
  return fetch === globalThis.fetch && !isWorkerd();
}

/** Returns whether this is workerd, the runtime of Cloudflare Workers. */
export const isWorkerd = (): boolean => globalThis.navigator?.userAgent === "Cloudflare-Workers";
