import { isRecord, type SentRecord } from "../check-fields.js";
import { parseDate } from "../dates/dates.js";
import type { IgnoredFields } from "../errors/ignored-fields-error.js";

const DAY_MS = 86_400_000;

/**
 * Compares the records of a response with those that were sent, and returns the fields that QBench ignored. Updated
 * records are matched by id, created ones by position (docs/qbench-api.md §7).
 */
export function findIgnoredFields(
  sent: readonly SentRecord[],
  returned: readonly unknown[],
  isUpdate: boolean,
): IgnoredFields[] {
  // If the number of created records differs, positions do not match them.
  if (!isUpdate && returned.length !== sent.length) return [];
  const returnedById = new Map(returned.filter(isRecord).map(record => [String(record.id), record]));
  return sent.flatMap((item, index) => {
    const match = isUpdate ? returnedById.get(String(item.id)) : returned[index];
    const record = isRecord(match) ? match : {};
    const fields = Object.keys(item).filter(
      field => item[field] !== undefined && !(isUpdate && field === "id") && !isAccepted(field, item[field], record),
    );
    // Another id could be any text of the server.
    return fields.length > 0 ? [{ id: typeof record.id === "number" ? record.id : item.id, fields }] : [];
  });
}

function isAccepted(field: string, value: unknown, record: SentRecord): boolean {
  // The server sets the time of the last change itself.
  if (Object.hasOwn(record, field)) return field.startsWith("last_updated") || isEquivalent(value, record[field]);
  // A relation can be returned as its id, and an id as its relation: `assay: { id: 7 }` and `assay_id: 7`.
  const isId = field.endsWith("_id");
  const twin = isId ? field.slice(0, -3) : `${field}_id`;
  return (isId || relationId(value) !== undefined) && Object.hasOwn(record, twin) && isEquivalent(value, record[twin]);
}

/** Returns true if two values can mean the same. In doubt it returns true: users would learn to ignore false alarms. */
function isEquivalent(sent: unknown, returned: unknown): boolean {
  if (isEmpty(sent) || isEmpty(returned)) return isEmpty(sent) && isEmpty(returned);
  if (Array.isArray(sent)) return !Array.isArray(returned) || areListsEquivalent(sent, returned);
  if (Array.isArray(returned)) return typeof sent === "string" || returned.some(each => isEquivalent(sent, each));
  if (isRecord(sent)) {
    const id = relationId(sent);
    if (id !== undefined) return areTextsEquivalent(id, isRecord(returned) ? (relationId(returned) ?? id) : returned);
    return (
      !isRecord(returned) ||
      Object.entries(sent).every(([key, value]) => value === undefined || isEquivalent(value, returned[key]))
    );
  }
  return areTextsEquivalent(sent, isRecord(returned) ? (relationId(returned) ?? sent) : returned);
}

/** Compares lists by their members, in any order. Members without an id are new, so only their number is compared. */
function areListsEquivalent(sent: readonly unknown[], returned: readonly unknown[]): boolean {
  const isNew = (each: unknown): boolean => isRecord(each) && relationId(each) === undefined;
  return (
    returned.length >= new Set(sent).size &&
    sent.every(each => isNew(each) || returned.some(other => isEquivalent(each, other)))
  );
}

function areTextsEquivalent(sent: unknown, returned: unknown): boolean {
  const [a, b] = [normalText(sent), normalText(returned)];
  if (a.toLowerCase() === b.toLowerCase()) return true;
  const difference = toNumber(sent) - toNumber(returned);
  if (!Number.isNaN(difference)) return difference === 0 || isRounded(toNumber(sent), toNumber(returned));
  const [dayA, dayB] = [dayOf(a), dayOf(b)];
  // One of them can lack its time, or be in the laboratory's time zone.
  return dayA !== undefined && dayB !== undefined && Math.abs(dayA - dayB) <= DAY_MS;
}

/** Returns a text without what a server changes in texts: space around it, line breaks, and repeated spaces. */
const normalText = (value: unknown): string => String(value).trim().replaceAll(/\s+/g, " ");

/** Returns true if a database column with fewer decimals stores a number as another. */
function isRounded(sent: number, returned: number): boolean {
  return [2, 3, 4, 5, 6, 7, 8, 9].some(
    decimals =>
      Number(sent.toFixed(decimals)) === returned || Math.trunc(sent * 10 ** decimals) / 10 ** decimals === returned,
  );
}

const toNumber = (value: unknown): number => Number(typeof value === "string" ? value.trim() : value);

/** Returns the day of a date in any of QBench's formats (docs/qbench-api.md §5.3), in milliseconds. Ignores its time. */
function dayOf(text: string): number | undefined {
  try {
    return Math.floor(parseDate(text.split(/[T ]/, 1).join()).getTime() / DAY_MS) * DAY_MS;
  } catch {
    return undefined;
  }
}

/**
 * Returns the id of a relation. It is sent as `{ id }`, and returned as a reference that can hold the id in its `data`.
 */
function relationId(value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  return value.id ?? (isRecord(value.data) ? (value.data.id ?? undefined) : undefined);
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
