import { systemCode } from "@qbench-sdk/auth/internal";

// What a runtime says without a code: Deno in the message of the cause.
const messagesOf = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}` : "";

/**
 * Did the network fail, rather than a fetch of somebody's own? By the Fetch standard it is a TypeError. Other fetches throw
 * errors with a system's code, and workerd has its words.
 */
export const isConnectionFailure = (error: unknown): boolean =>
  (error instanceof TypeError && !PROGRAMMING_MISTAKE.test(error.message)) ||
  /^(E[A-Z]+|UND_ERR_\w+)$/.test(systemCode(error) ?? "") ||
  isConnectFailure(error) ||
  messagesOf(error).startsWith("Network connection lost");

// What engines say of a mistake in a fetch of somebody's own.
const PROGRAMMING_MISTAKE = /^(Cannot|Can't|undefined|null) | is not (a|an|iterable|defined)\b/;

/** Was no connection made, so that nothing of the request left? In doubt it did. */
export const isConnectFailure = (error: unknown): boolean =>
  isCertificateFailure(error) ||
  CONNECT_FAILURE_CODE.test(systemCode(error) ?? "") ||
  messagesOf(error).includes("client error (Connect)");

const CONNECT_FAILURE_CODE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;

/** Was the server's certificate refused? It will be the next time. */
export const isCertificateFailure = (error: unknown): boolean =>
  /CERT|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH$/.test(systemCode(error) ?? "") ||
  /invalid peer certificate/.test(messagesOf(error));
