/** QBench's formats: `MM/DD/YYYY hh:mm AM` and `MM/DD/YYYY`, always UTC (facts 5.3, vendor guide rule 13). */
export function formatDateTime(time: number): string {
  const date = new Date(time);
  const hours = date.getUTCHours();
  const clock = `${pad(hours % 12 || 12)}:${pad(date.getUTCMinutes())} ${hours < 12 ? "AM" : "PM"}`;
  return `${formatDate(time)} ${clock}`;
}

export function formatDate(time: number): string {
  const date = new Date(time);
  return `${pad(date.getUTCMonth() + 1)}/${pad(date.getUTCDate())}/${date.getUTCFullYear()}`;
}

const pad = (value: number): string => String(value).padStart(2, "0");

/**
 * Reads what clients send: QBench's own formats, ISO 8601, and unix seconds; a time without a zone is UTC. Undefined
 * when it is none of them.
 */
export function readDate(value: unknown): number | undefined {
  if (typeof value === "number") return value * 1000;
  if (typeof value !== "string") return undefined;
  if (/^\d{9,11}$/.test(value)) return Number(value) * 1000;
  const us = /^(\d{2})\/(\d{2})\/(\d{4})(?: (\d{2}):(\d{2}) ([AP])M)?$/.exec(value);
  if (us) {
    const [, month, day, year, hour = "12", minute = "00", half = "A"] = us;
    const hours = (Number(hour) % 12) + (half === "P" ? 12 : 0);
    return Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute));
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const time = Date.parse(/T.*(Z|[+-]\d{2}:?\d{2})$/.test(value) || !value.includes("T") ? value : `${value}Z`);
  return Number.isNaN(time) ? undefined : time;
}
