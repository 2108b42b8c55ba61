/** Formats a time as `MM/DD/YYYY hh:mm AM` in UTC (docs/qbench-api.md §5.3). */
export function formatDateTime(time: number): string {
  const date = new Date(time);
  const hours = date.getUTCHours();
  const clock = `${pad(hours % 12 || 12)}:${pad(date.getUTCMinutes())} ${hours < 12 ? "AM" : "PM"}`;
  return `${formatDate(time)} ${clock}`;
}

/** Formats a time as `MM/DD/YYYY` in UTC. */
export function formatDate(time: number): string {
  const date = new Date(time);
  return `${pad(date.getUTCMonth() + 1)}/${pad(date.getUTCDate())}/${date.getUTCFullYear()}`;
}

const pad = (value: number): string => String(value).padStart(2, "0");

/** Returns true for a day of the calendar. `Date` takes the 31st of February for a day in March. */
function isDay(year?: string, month?: string, day?: string): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

/**
 * Parses a date that a client sent: QBench's own formats, ISO 8601, or unix seconds. A time without a zone is UTC.
 * Returns undefined for any other value.
 */
export function readDate(value: unknown): number | undefined {
  if (typeof value === "number") return value * 1000;
  if (typeof value !== "string") return undefined;
  if (/^\d{9,11}$/.test(value)) return Number(value) * 1000;
  const us = /^(\d{2})\/(\d{2})\/(\d{4})(?: (\d{2}):(\d{2}) ([AP])M)?$/.exec(value);
  if (us) {
    const [, month, day, year, hour = "12", minute = "00", half = "A"] = us;
    const hours = (Number(hour) % 12) + (half === "P" ? 12 : 0);
    const isTime = Number(hour) >= 1 && Number(hour) <= 12 && Number(minute) < 60;
    if (!isTime || !isDay(year, month, day)) return undefined;
    return Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute));
  }
  const [, isoYear, isoMonth, isoDay] = /^(\d{4})-(\d{2})-(\d{2})/.exec(value) ?? [];
  if (!isDay(isoYear, isoMonth, isoDay)) return undefined;
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(value) || !value.includes("T") ? value : `${value}Z`);
  return Number.isNaN(time) ? undefined : time;
}
