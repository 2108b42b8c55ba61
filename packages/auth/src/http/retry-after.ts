/**
 * Returns how long a response asks to wait before the next request, in milliseconds, or undefined if it does not ask.
 *
 * QBench's rate limiter sends `X-QBAPI-Throttle-TTL` (seconds) and writes the same into its body
 * (docs/qbench-api.md §6.3). A proxy in front of it may send `Retry-After`, in seconds or as an HTTP date
 * (RFC 9110 section 10.2.3).
 *
 * @param now the current time in epoch milliseconds, from which a date is counted
 * @param body the JSON of the response, if it was read; "Retry in 7 seconds" can be in `error` or `error_description`
 */
export function readRetryAfter(
  headers: Headers,
  now: number,
  body?: Readonly<Record<string, unknown>>,
): number | undefined {
  const retryAfter = headers.get("Retry-After");
  const text = [body?.error, body?.error_description].filter(each => typeof each === "string").join(" ");
  return (
    readSeconds(headers.get("X-QBAPI-Throttle-TTL")) ??
    readSeconds(retryAfter) ??
    readDate(retryAfter, now) ??
    readSeconds(/\bretry in (\d{1,9}(?:\.\d+)?) seconds?\b/i.exec(text)?.[1])
  );
}

function readSeconds(value: string | null | undefined): number | undefined {
  return value && /^\s*\d{1,9}(\.\d+)?\s*$/.test(value) ? Math.ceil(Number(value) * 1000) : undefined;
}

function readDate(value: string | null, now: number): number | undefined {
  const date = Date.parse(value ?? "");
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
