import { systemCode } from "@qbench-sdk/auth";

// What a runtime says without a code: Deno in the message of the cause.
const wordsOf = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}` : "";

/**
 * Did the network fail, rather than a fetch of somebody's own? By the Fetch standard it is a TypeError; Bun had errors with
 * a code, and workerd has its words.
 */
export const isConnectionFailure = (error: unknown): boolean =>
  error instanceof TypeError || systemCode(error) !== undefined || /^Network connection lost/.test(wordsOf(error));

/** Was no connection made, so that nothing of the request left? In doubt it did. */
export const isUnsent = (error: unknown): boolean =>
  isUntrusted(error) ||
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/.test(
    systemCode(error) ?? "",
  ) ||
  wordsOf(error).includes("client error (Connect)");

/** Was the server's certificate refused? It will be the next time. */
export const isUntrusted = (error: unknown): boolean =>
  /CERT|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH$/.test(systemCode(error) ?? "") ||
  /invalid peer certificate/.test(wordsOf(error));
