import { parseDate } from "@qbench-sdk/client";
import { dateFields } from "@qbench-sdk/types";
import { isRow, type Row } from "../document/untyped-paths.js";

const names: ReadonlySet<string> = new Set(dateFields);

/**
 * Writes the dates of a record as ISO 8601 in UTC, at every depth: `2026-01-31T08:00:00Z`, or `2026-01-31` if the value has
 * no time. A value that is not a date stays as QBench sent it. The record itself is not changed.
 */
export function withIsoDates(record: Row): Row {
  // Most objects have no dates, so they need no copy.
  let copy: Row | undefined;
  for (const field of Object.keys(record)) {
    const value = record[field];
    const converted = convert(value, names.has(field));
    if (converted === value) continue;
    // Unlike a loop, this keeps a field that is called __proto__.
    copy ??= { ...record };
    copy[field] = converted;
  }
  return copy ?? record;
}

function convert(value: unknown, isDate: boolean): unknown {
  if (typeof value === "string" || typeof value === "number") return isDate ? toIsoDate(String(value), value) : value;
  if (JSON.isRawJSON(value)) return isDate ? toIsoDate(value.rawJSON, value) : value;
  if (Array.isArray(value)) return value.map(item => convert(item, isDate));
  return isRow(value) ? withIsoDates(value) : value;
}

const DAY = /^\s*(?:\d{4}-\d\d-\d\d|\d\d?\/\d\d?\/\d{4})\s*$/;

/** Matches more decimal places than a Date has. A zone cannot change them. */
const FRACTION = /:\d\d[.,](\d{4,})/;

function toIsoDate(text: string, original: unknown): unknown {
  try {
    const iso = parseDate(text).toISOString();
    if (DAY.test(text)) return iso.slice(0, 10);
    const fraction = FRACTION.exec(text)?.[1] ?? iso.slice(20, -1);
    return `${iso.slice(0, 19)}${Number(fraction) === 0 ? "" : `.${fraction}`}Z`;
  } catch {
    return original;
  }
}
