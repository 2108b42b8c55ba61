// What differs between runtimes. `pnpm test:runtimes` runs the tests in each of them.

const userAgent = typeof navigator === "undefined" ? "" : navigator.userAgent;

/** In a page, a client secret is rejected and programs cannot read cookies. */
export const isBrowser: boolean = userAgent.startsWith("Mozilla/");

/** True where a program may start servers. */
export const canListen: boolean = !isBrowser && userAgent !== "Cloudflare-Workers";

/** True where the runtime warns of leaked listeners. */
export const warnsOfLeaks: boolean = canListen && !("Bun" in globalThis) && !("Deno" in globalThis);

/** Calls the listener with each unhandled rejection, until the returned function is called. */
export function onUnhandledRejection(listener: () => void): () => void {
  if (warnsOfLeaks) {
    process.on("unhandledRejection", listener);
    return () => process.off("unhandledRejection", listener);
  }
  addEventListener("unhandledrejection", listener);
  return () => removeEventListener("unhandledrejection", listener);
}

/** False in Bun, where the Blob body of a Request looks like a stream. */
export const distinguishesBlobs: boolean = !("Bun" in globalThis);
