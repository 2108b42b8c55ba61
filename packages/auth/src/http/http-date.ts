/** September 2001. Only a clock that was never set shows an earlier time. */
const EARLIEST_DATE = 1e12;

/** Returns the time in the header `Date` of a response, in epoch milliseconds, or undefined if it has no valid one. */
export const readDate = (headers: Headers): number | undefined =>
  valuesOf(headers.get("Date"))
    .map(parseDate)
    .find(date => date > EARLIEST_DATE);

/**
 * Splits the value of a header. Each proxy on the way can add one, such as "3, 3". The comma of "Mon, 05 Jan 2026
 * 09:00:30 GMT" also separates, which leaves a date without its weekday.
 */
export const valuesOf = (header: string | null | undefined): string[] =>
  (header ?? "").split(",").map(value => value.trim());

/** Parses an HTTP date. `Date.parse` takes "-5" for a date as well. The oldest form names no time zone and means GMT. */
export const parseDate = (value: string): number =>
  /\d:\d/.test(value) ? Date.parse(value.replace(/ \d{4}$/, "$& GMT")) : Number.NaN;
