// Where a test runs: `pnpm test:runtimes` runs these files in other runtimes, too.

const userAgent = typeof navigator === "undefined" ? "" : navigator.userAgent;

/** In a page a secret is refused. */
export const isBrowser: boolean = userAgent.startsWith("Mozilla/");

export const isEdgeWorker: boolean = userAgent === "Cloudflare-Workers";

/** May a program start servers here, and has it an environment? */
export const isServer: boolean = !isBrowser && !isEdgeWorker;

export const isBun: boolean = "Bun" in globalThis;

export const isDeno: boolean = "Deno" in globalThis;

const realSetTimeout = globalThis.setTimeout;

/** Lets all go on that waits for nothing else, also while timers stand still. */
export const nextMacrotask = (): Promise<void> => new Promise(resolve => realSetTimeout(resolve));
