import { UsageError } from "./usage-error.js";

const unitSeconds: Record<string, number> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };

/**
 * Unix seconds for `30m`, `12h`, `7d`, `2w` before now, or for a date: `2026-01-31`, `2026-01-31T08:00`. A date is in UTC
 * unless it says otherwise, as all of QBench's are (vendor guide).
 *
 * @throws UsageError for anything else
 */
export function parseSince(text: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined) return Math.floor(nowMs / 1000) - Number(count) * (unitSeconds[unit] ?? 0);
  const [, day, time, zone = "Z"] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00Z`);
  const ms = Date.parse(`${day}T${time ?? "00:00"}${zone}`);
  // Date.parse takes 31 February for a day in March.
  if (Number.isNaN(ms) || new Date(midnight).toISOString().slice(0, 10) !== day) {
    throw new UsageError("--since: takes 30m, 12h, 7d, 2w, or a date such as 2026-01-31 or 2026-01-31T08:00Z");
  }
  return Math.floor(ms / 1000);
}
