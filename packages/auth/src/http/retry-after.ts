/**
 * How long an answer asks to wait before the next attempt, in milliseconds; undefined when it doesn't say.
 *
 * QBench's limiter sends `X-QBAPI-Throttle-TTL` (seconds) and writes the same into its body (facts 6.3); what stands before
 * it may send `Retry-After`, in seconds or as an HTTP date (RFC 9110 section 10.2.3).
 *
 * @param headers the answer's headers
 * @param now milliseconds since the epoch, to count a date from
 * @param body the answer's JSON, where it has been read: "Retry in 7 seconds" under `error` or `error_description`
 */
export function readRetryAfter(
  headers: Headers,
  now: number,
  body?: Readonly<Record<string, unknown>>,
): number | undefined {
  return (
    readSeconds(headers.get("X-QBAPI-Throttle-TTL")) ??
    readDelayOrDate(headers.get("Retry-After"), now) ??
    readText(body?.error) ??
    readText(body?.error_description)
  );
}

function readDelayOrDate(value: string | null, now: number): number | undefined {
  const seconds = readSeconds(value);
  if (seconds !== undefined || value === null) return seconds;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function readText(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  return readSeconds(/\bretry in (\d{1,9}(?:\.\d+)?) seconds?\b/i.exec(text)?.[1] ?? null);
}

function readSeconds(value: string | null): number | undefined {
  return value !== null && /^\d{1,9}(\.\d+)?$/.test(value.trim()) ? Math.ceil(Number(value) * 1000) : undefined;
}
