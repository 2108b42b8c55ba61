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
