// Says which runtime a test runs in, because `pnpm test:runtimes` runs the tests in several.

const userAgent = typeof navigator === "undefined" ? "" : navigator.userAgent;

/** A web page. The client rejects a secret there. */
export const isBrowser: boolean = userAgent.startsWith("Mozilla/");

export const isEdgeWorker: boolean = userAgent === "Cloudflare-Workers";

/** A runtime with environment variables, in which a program can start servers. */
export const isServer: boolean = !isBrowser && !isEdgeWorker;

export const isBun: boolean = "Bun" in globalThis;

export const isDeno: boolean = "Deno" in globalThis;

/** A test runner that runs modules in a realm of their own. What fetch returns and throws is of another realm there. */
export const isOtherRealm: boolean = !(new Headers() instanceof Object);

const realSetTimeout = globalThis.setTimeout;

/** Waits for the next macrotask, also while fake timers are in use. All pending microtasks run before it. */
export const nextMacrotask = (): Promise<void> => new Promise(resolve => realSetTimeout(resolve));
