import { systemCode } from "@qbench-sdk/auth/internal";

/** Returns the messages of an error and its cause. Deno and workerd have no codes, only messages. */
const messagesOf = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}` : "";

/**
 * Returns true if the network failed, and false if a custom fetch threw an error of its own. By the Fetch standard, a
 * network failure is a TypeError. Other implementations throw errors with a system code, and workerd has its own
 * message.
 */
export const isConnectionFailure = (error: unknown): boolean =>
  (error instanceof TypeError && !PROGRAMMING_ERROR.test(error.message)) ||
  /^(E[A-Z]+|UND_ERR_\w+)$/.test(systemCode(error) ?? "") ||
  isConnectFailure(error) ||
  messagesOf(error).startsWith("Network connection lost");

/** The messages of engines for a TypeError in the code of a custom fetch, such as "x is not a function". */
const PROGRAMMING_ERROR = /^(Cannot|Can't|undefined|null) | is not (a|an|iterable|defined)\b/;

/** Returns true if it is certain that no connection was made, so that nothing of the request was sent. */
export const isConnectFailure = (error: unknown): boolean =>
  isCertificateFailure(error) ||
  CONNECT_FAILURE_CODE.test(systemCode(error) ?? "") ||
  messagesOf(error).includes("client error (Connect)");

const CONNECT_FAILURE_CODE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;

/** Returns true if the server's certificate was rejected. A retry would fail in the same way. */
export const isCertificateFailure = (error: unknown): boolean =>
  /CERT|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH$/.test(systemCode(error) ?? "") ||
  /invalid peer certificate/.test(messagesOf(error));
