/**
 * Returns what may be shown of a foreign error: its name and a system code such as ECONNREFUSED. Its message and its
 * properties can hold the request, and so an assertion or a token.
 */
export function errorReason(error: unknown): string {
  const name = error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : "Error";
  const code = systemCode(error);
  return code === undefined ? name : `${name} ${code}`;
}

/** Returns the system code of an error or of its cause, such as ECONNRESET. Bun has codes like ConnectionRefused. */
export function systemCode(error: unknown): string | undefined {
  for (const candidate of [error, error instanceof Error ? error.cause : undefined]) {
    if (typeof candidate !== "object" || candidate === null || !("code" in candidate)) continue;
    if (typeof candidate.code === "string" && /^[A-Z]([A-Z0-9_]{2,40}|[A-Za-z]{2,40})$/.test(candidate.code))
      return candidate.code;
  }
  return undefined;
}
