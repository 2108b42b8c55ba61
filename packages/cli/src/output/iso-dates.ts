import { parseDate } from "@qbench-sdk/client";
import { dateFields } from "@qbench-sdk/types";
import type { Row } from "../document/untyped-paths.js";

const names: ReadonlySet<string> = new Set(dateFields);

/**
 * Copies a record and writes its dates as ISO 8601 in UTC, at every depth: `2026-01-31T08:00:00Z`, or `2026-01-31` if
 * the value has no time. A value that is not a date stays as QBench sent it.
 */
export const withIsoDates = (record: Row): Row => convertFields(record);

function convertFields(record: object): Row {
  // A copy by `{...}`, unlike an assignment, keeps a field that is called __proto__.
  const copy: Row = { ...record };
  for (const [field, value] of Object.entries(record)) {
    const converted = convert(value, names.has(field));
    if (converted !== value) copy[field] = converted;
  }
  return copy;
}

function convert(value: unknown, isDate: boolean): unknown {
  if (Array.isArray(value)) return value.map(item => convert(item, isDate));
  if (JSON.isRawJSON(value)) return isDate ? toIsoDate(value.rawJSON, value) : value;
  if (typeof value === "object" && value !== null) return convertFields(value);
  return isDate && (typeof value === "string" || typeof value === "number") ? toIsoDate(String(value), value) : value;
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
