/**
 * How long an answer asks to wait before the next attempt, in milliseconds; undefined when it doesn't say.
 *
 * QBench's limiter sends `X-QBAPI-Throttle-TTL` (seconds); what stands before it may send `Retry-After`, in seconds or
 * as an HTTP date (RFC 9110 section 10.2.3).
 *
 * @param headers the answer's headers
 * @param now milliseconds since the epoch, to count a date from
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const ttl = readSeconds(headers.get("X-QBAPI-Throttle-TTL"));
  if (ttl !== undefined) return ttl;
  const retryAfter = headers.get("Retry-After");
  const seconds = readSeconds(retryAfter);
  if (seconds !== undefined || retryAfter === null) return seconds;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function readSeconds(value: string | null): number | undefined {
  return value !== null && /^\d{1,9}(\.\d+)?$/.test(value.trim()) ? Math.ceil(Number(value) * 1000) : undefined;
}
