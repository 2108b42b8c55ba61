import { QBenchInputError } from "@qbench-sdk/auth/internal";

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/i;
const AMERICAN = /^(\d\d?)\/(\d\d?)\/(\d{4})(?: +(\d\d?):(\d\d)(?::(\d\d))? *([AP])M)?$/i;
const UNIX_SECONDS = /^-?\d+(?:\.\d+)?$/;

// The years 1 to 9999, which QBench's formats can write.
const MIN_TIME = -62_135_596_800_000;
const MAX_TIME = 253_402_300_799_999;

/**
 * Parses a date of a response: `MM/DD/YYYY hh:mm AM`, `MM/DD/YYYY`, ISO 8601 or unix seconds. Every date field can hold
 * any of these (docs/qbench-api.md §5.3). A value without a time zone is UTC. Digits alone are unix seconds, never a
 * year.
 *
 * @example
 * ```ts
 * parseDate("07/16/2025 02:30 PM").toISOString(); // "2025-07-16T14:30:00.000Z"
 * ```
 *
 * @throws QBenchInputError if the value has another format, is not a day of the calendar, or is in milliseconds. The
 * message shows the format of the value, not the value itself.
 */
export function parseDate(value: string | number): Date {
  const text = String(value).trim();
  const date =
    typeof value === "number" || UNIX_SECONDS.test(text)
      ? new Date(Math.round(Number(text) * 1000))
      : (readAmerican(AMERICAN.exec(text)) ?? readIso(ISO.exec(text)));
  const time = date?.getTime() ?? Number.NaN;
  if (date && time >= MIN_TIME && time <= MAX_TIME) return date;
  throw new QBenchInputError(
    Number(text) * 1000 > MAX_TIME
      ? "Not a date: as unix seconds, the number lies after the year 9999. Are these milliseconds? Divide them by 1000."
      : `Not a date: ${maskText(text)}. Use MM/DD/YYYY, MM/DD/YYYY hh:mm AM, ISO 8601 or unix seconds.`,
  );
}

/**
 * Replaces all digits by 0, all letters by a and other characters beyond ASCII by ?, so that an error shows the format
 * of a text but not its content.
 */
const maskText = (text: string): string =>
  JSON.stringify(
    text
      .slice(0, 32)
      .replace(/\p{L}/gu, "a")
      .replace(/\p{N}/gu, "0")
      .replace(/[^ -~]/g, "?"),
  );

function readAmerican(match: RegExpExecArray | null): Date | undefined {
  if (!match) return undefined;
  const [, month, day, year, hour, minute, second, half] = match;
  if (half && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hours = half ? (Number(hour) % 12) + (half.toUpperCase() === "P" ? 12 : 0) : 0;
  return utcDate(year, month, day, hours, minute, second);
}

function readIso(match: RegExpExecArray | null): Date | undefined {
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, zoneHours = 0, zoneMinutes = 0] = match;
  if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
  const zone = Number(`${sign ?? "+"}1`) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  const date = utcDate(year, month, day, hour, minute, second);
  return date && new Date(date.getTime() - zone * 60_000 + Number(fraction.slice(0, 3).padEnd(3, "0")));
}

type Part = string | number | undefined;

/** Works like Date.UTC, but rejects days such as February 30, and does not read the year 25 as 1925. */
function utcDate(year: Part, month: Part, day: Part, hour: Part = 0, minute: Part = 0, second: Part = 0) {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  return date;
}

/**
 * Formats a date as `MM/DD/YYYY` in UTC, which date filters accept (docs/qbench-api.md §4.2).
 *
 * @throws QBenchInputError if the date is invalid or outside the years 1 to 9999
 */
export function formatDate(date: Date): string {
  const [year, month, day] = utcParts(date);
  return `${month}/${day}/${year}`;
}

/**
 * Formats a date as `MM/DD/YYYY hh:mm AM` in UTC, as QBench writes times (docs/qbench-api.md §5.3). Drops the seconds.
 *
 * @throws QBenchInputError if the date is invalid or outside the years 1 to 9999
 */
export function formatDateTime(date: Date): string {
  const [, , , hour, minute] = utcParts(date);
  const hours = Number(hour);
  return `${formatDate(date)} ${String(hours % 12 || 12).padStart(2, "0")}:${minute} ${hours < 12 ? "AM" : "PM"}`;
}

/**
 * Formats a date as unix seconds, which the filter `last_updated` accepts (docs/qbench-api.md §4.2). Drops fractions of
 * a second.
 *
 * @throws QBenchInputError if the date is invalid or outside the years 1 to 9999
 */
export function toUnixSeconds(date: Date): string {
  utcParts(date);
  return String(Math.floor(date.getTime() / 1000));
}

/** Returns year, month, day, hour and minute in UTC, with leading zeros. */
function utcParts(date: Date): string[] {
  const time = date.getTime();
  if (!(time >= MIN_TIME && time <= MAX_TIME)) {
    throw new QBenchInputError("The date is invalid or outside the years 1 to 9999.");
  }
  return date.toISOString().split(/\D/);
}
