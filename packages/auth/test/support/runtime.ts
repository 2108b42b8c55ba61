// Where a test runs: `pnpm test:runtimes` runs these files in other runtimes, too.

const userAgent = typeof navigator === "undefined" ? "" : navigator.userAgent;

/** In a page a secret is refused, and a program sees no cookies. */
export const isBrowser: boolean = userAgent.startsWith("Mozilla/");

/** May a program start servers here? */
export const canListen: boolean = !isBrowser && userAgent !== "Cloudflare-Workers";

/** Are leaks of listeners warned of? */
export const warnsOfLeaks: boolean = canListen && !("Bun" in globalThis) && !("Deno" in globalThis);

/** Calls back with each promise that is rejected and heard by nobody; what it gives back ends that. */
export function onUnhandledRejection(listener: () => void): () => void {
  if (warnsOfLeaks) {
    process.on("unhandledRejection", listener);
    return () => process.off("unhandledRejection", listener);
  }
  addEventListener("unhandledrejection", listener);
  return () => removeEventListener("unhandledrejection", listener);
}

/** Can a Blob be told from a stream, once it is a Request's body? In Bun it can't. */
export const tellsBlobs: boolean = !("Bun" in globalThis);
