import { MAX_TIMER_MS } from "../async/delay.js";
import { parseDate, readDate, valuesOf } from "./http-date.js";

/**
 * Returns how long a response asks to wait before the next request, in milliseconds, or undefined if it does not ask.
 *
 * QBench's rate limiter sends `X-QBAPI-Throttle-TTL` (seconds) and writes the same into its body
 * (docs/qbench-api.md §6.3). A proxy in front of it may send `Retry-After`, in seconds or as an HTTP date
 * (RFC 9110 section 10.2.3). A date is counted from the response's own `Date`, because the client's clock can be wrong.
 *
 * @param now the current time in epoch milliseconds, for a response without a valid `Date`
 * @param body the JSON of the response, if it was read; "Retry in 7 seconds" can be in `error` or `error_description`
 */
export function readRetryAfter(
  headers: Headers,
  now: number,
  body?: Readonly<Record<string, unknown>>,
): number | undefined {
  const text = [body?.error, body?.error_description].filter(each => typeof each === "string").join(" ");
  const servedAt = readDate(headers) ?? now;
  const read = (header: string | null | undefined): number | undefined => {
    const delays = valuesOf(header)
      .map(value => (/^[\d.]+$/.test(value) ? Number(value) * 1000 : Math.max(0, parseDate(value) - servedAt)))
      .filter(ms => ms >= 0);
    // Callers pass the delay to `setTimeout`.
    return delays.length > 0 ? Math.min(Math.ceil(Math.max(...delays)), MAX_TIMER_MS) : undefined;
  };
  return (
    read(headers.get("X-QBAPI-Throttle-TTL")) ??
    read(headers.get("Retry-After")) ??
    read(/\bretry in ([\d.]+) seconds?\b/i.exec(text)?.[1])
  );
}
