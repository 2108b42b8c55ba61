import { sanitizeText } from "@qbench-sdk/auth/internal";

/** Returns a text of a server or of a foreign error as one line that ends with a punctuation mark, or an empty line. */
export function toSentence(...text: Parameters<typeof sanitizeText>): string {
  const line = sanitizeText(...text);
  return line === "" || /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** Returns the message of a cause as a further sentence, with a space before it. */
export function describeCause(cause: unknown): string {
  const message: unknown = Object(cause).message;
  return typeof message === "string" ? ` ${toSentence(message)}` : "";
}

/** Returns the last sentence of an error without a complete response: whether the request can be sent again. */
export const resendAdvice = (method: string): string =>
  isSafeMethod(method)
    ? "It is safe to send the request again."
    : "QBench may have executed the request: check before you send it again.";

/** Returns true for methods that change nothing (RFC 9110 section 9.2.1), so that they can always be sent again. */
export const isSafeMethod = (method: string): boolean => /^(GET|HEAD|OPTIONS)$/.test(method);
