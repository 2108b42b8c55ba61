import { systemCode } from "@qbench-sdk/auth/internal";
import type { ConnectionPhase } from "../errors/connection-error.js";

const CERTIFICATE_CODE = /CERT|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH$/;
const CONNECT_CODE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;
const OTHER_CODE = /^(E[A-Z]+|UND_ERR_\w+)$/;
/** The messages of engines for a TypeError in the code of a custom fetch, such as "x is not a function". */
const PROGRAMMING_ERROR = /^(Cannot|Can't|undefined|null) | is not (a|an|iterable|defined)\b/;

/**
 * Returns when the network failed, or undefined if a custom fetch threw an error of its own. By the Fetch standard, a
 * network failure is a TypeError. Other implementations throw errors with a system code. Deno and workerd have no
 * codes, only messages.
 */
export function failedPhase(error: unknown): Exclude<ConnectionPhase, "body"> | undefined {
  const code = systemCode(error) ?? "";
  const message = messagesOf(error);
  if (CERTIFICATE_CODE.test(code) || message.includes("invalid peer certificate")) return "certificate";
  if (CONNECT_CODE.test(code) || message.includes("client error (Connect)")) return "connect";
  const isNetworkError = error instanceof TypeError && !PROGRAMMING_ERROR.test(error.message);
  const isFailure = isNetworkError || OTHER_CODE.test(code) || message.startsWith("Network connection lost");
  return isFailure ? "headers" : undefined;
}

const messagesOf = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}` : "";
