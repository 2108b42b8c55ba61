import { systemCode } from "@qbench-sdk/auth/internal";

// What a runtime says without a code: Deno in the message of the cause.
const wordsOf = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}` : "";

/**
 * Did the network fail, rather than a fetch of somebody's own? By the Fetch standard it is a TypeError. Other fetches throw
 * errors with a system's code, and workerd has its words.
 */
export const isConnectionFailure = (error: unknown): boolean =>
  (error instanceof TypeError && !mistake.test(error.message)) ||
  /^(E[A-Z]+|UND_ERR_\w+)$/.test(systemCode(error) ?? "") ||
  isUnsent(error) ||
  wordsOf(error).startsWith("Network connection lost");

// What engines say of a mistake in a fetch of somebody's own.
const mistake = /^(Cannot|Can't|undefined|null) | is not (a|an|iterable|defined)\b/;

/** Was no connection made, so that nothing of the request left? In doubt it did. */
export const isUnsent = (error: unknown): boolean =>
  isUntrusted(error) || noConnection.test(systemCode(error) ?? "") || wordsOf(error).includes("client error (Connect)");

const noConnection =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;

/** Was the server's certificate refused? It will be the next time. */
export const isUntrusted = (error: unknown): boolean =>
  /CERT|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH$/.test(systemCode(error) ?? "") ||
  /invalid peer certificate/.test(wordsOf(error));
