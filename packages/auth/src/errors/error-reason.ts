/**
 * Returns what may be shown of a foreign error: its name and a system code such as ECONNREFUSED. Its message and its
 * properties can hold the request, and so an assertion or a token.
 */
export function errorReason(error: unknown): string {
  // An error of another realm is not an instance of this realm's Error.
  const { name: text } = Object(error);
  const name = typeof text === "string" && /^[A-Z][A-Za-z]{0,39}$/.test(text) ? text : "Error";
  const code = systemCode(error);
  return code === undefined ? name : `${name} ${code}`;
}

/** Returns the system code of an error or of its cause, such as ECONNRESET. Bun has codes like ConnectionRefused. */
export function systemCode(error: unknown): string | undefined {
  for (const { code } of [Object(error), Object(Object(error).cause)]) {
    if (typeof code === "string" && /^[A-Z]([A-Z0-9_/]{2,60}|[A-Za-z]{2,40})$/.test(code)) return code;
  }
  return undefined;
}
