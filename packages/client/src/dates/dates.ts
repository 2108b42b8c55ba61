const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/i;
const american = /^(\d\d?)\/(\d\d?)\/(\d{4})(?: +(\d\d?):(\d\d)(?::(\d\d))? *([AP])M)?$/i;
const seconds = /^-?\d+(?:\.\d+)?$/;

// The years 1 to 9999, which QBench's formats can write.
const first = -62_135_596_800_000;
const last = 253_402_300_799_999;

/**
 * Reads a date of an answer: `MM/DD/YYYY hh:mm AM`, `MM/DD/YYYY`, ISO 8601 or unix seconds (facts 5.3), which QBench does
 * not keep apart by field. What names no zone is UTC. Digits alone are unix seconds, never a year.
 *
 * @throws RangeError when it is none of them, no day of the calendar, or milliseconds; the message has the form of the value
 * and not the value
 */
export function parseDate(value: string | number): Date {
  const text = String(value).trim();
  const date =
    typeof value === "number" || seconds.test(text)
      ? new Date(Math.round(Number(text) * 1000))
      : (readAmerican(american.exec(text)) ?? readIso(iso.exec(text)));
  const time = date?.getTime() ?? Number.NaN;
  if (date && time >= first && time <= last) return date;
  throw new RangeError(
    Number(text) * 1000 > last
      ? "Not unix seconds: it lies beyond the year 9999. Are these milliseconds?"
      : `Not a date: ${formOf(text)}`,
  );
}

/** What a text looks like: digits as 0, letters as a. */
const formOf = (text: string): string =>
  JSON.stringify(text.slice(0, 32).replace(/\p{L}/gu, "a").replace(/\p{N}/gu, "0"));

function readAmerican(match: RegExpExecArray | null): Date | undefined {
  if (!match) return undefined;
  const [, month, day, year, hour, minute, second, half] = match;
  if (half && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hours = half ? (Number(hour) % 12) + (half.toUpperCase() === "P" ? 12 : 0) : 0;
  return utc(year, month, day, hours, minute, second);
}

function readIso(match: RegExpExecArray | null): Date | undefined {
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, zoneHours = 0, zoneMinutes = 0] = match;
  if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
  const zone = Number(`${sign ?? "+"}1`) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  const date = utc(year, month, day, hour, minute, second);
  return date && new Date(date.getTime() - zone * 60_000 + Number(fraction.slice(0, 3).padEnd(3, "0")));
}

type Part = string | number | undefined;

/** Date.UTC without its leniency: there is no February 30th, and the year 25 is not 1925. */
function utc(year: Part, month: Part, day: Part, hour: Part = 0, minute: Part = 0, second: Part = 0) {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  return date;
}

/**
 * `MM/DD/YYYY` in UTC, which filters take (facts 4.2).
 *
 * @throws RangeError for an invalid date, and outside of the years 1 to 9999
 */
export function formatDate(date: Date): string {
  const [year, month, day] = split(date);
  return `${month}/${day}/${year}`;
}

/**
 * `MM/DD/YYYY hh:mm AM` in UTC, as QBench writes times (facts 5.3). Seconds are dropped.
 *
 * @throws RangeError for an invalid date, and outside of the years 1 to 9999
 */
export function formatDateTime(date: Date): string {
  const [, , , hour, minute] = split(date);
  const hours = Number(hour);
  return `${formatDate(date)} ${String(hours % 12 || 12).padStart(2, "0")}:${minute} ${hours < 12 ? "AM" : "PM"}`;
}

/**
 * Unix seconds as text, which `last_updated` takes (facts 4.2). Fractions of a second are dropped.
 *
 * @throws RangeError for an invalid date, and outside of the years 1 to 9999
 */
export function toUnixSeconds(date: Date): string {
  split(date);
  return String(Math.floor(date.getTime() / 1000));
}

/** Year, month, day, hour and minute in UTC, with their zeros. */
function split(date: Date): string[] {
  const time = date.getTime();
  if (!(time >= first && time <= last)) throw new RangeError("Not a date of the years 1 to 9999");
  return date.toISOString().split(/\D/);
}
