/** Ends a text with a period, unless it ends with a punctuation mark. */
export const toSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

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

/** Escapes the characters of a name that control a terminal or the direction of text. */
export const escapeControls = (name: string): string =>
  name.replace(/[\p{Cc}\p{Cf}]/gu, each => `\\u{${each.codePointAt(0)?.toString(16)}}`);

/** Returns true for methods that change nothing (RFC 9110 section 9.2.1), so that they can always be sent again. */
export const isSafeMethod = (method: string): boolean => /^(GET|HEAD|OPTIONS)$/.test(method);
