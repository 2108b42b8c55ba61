import { isRecord, type SentRecord } from "../check-fields.js";
import type { IgnoredFields } from "../errors/ignored-fields-error.js";

/** What the answered records lack of what was sent: records of an update are found by id, created ones by their order. */
export function findDrops(
  sent: readonly SentRecord[],
  answered: readonly unknown[],
  isUpdate: boolean,
): IgnoredFields[] {
  // Of more or fewer new records nobody can tell whose they are.
  if (!isUpdate && answered.length !== sent.length) return [];
  const byId = new Map(answered.filter(isRecord).map(record => [String(record.id), record]));
  return sent.flatMap((item, index) => {
    const found = isUpdate ? byId.get(String(item.id)) : answered[index];
    const record = isRecord(found) ? found : {};
    const fields = Object.keys(item).filter(
      field => item[field] !== undefined && !(isUpdate && field === "id") && !isTaken(field, item[field], record),
    );
    return fields.length > 0 ? [{ id: record.id ?? item.id, fields }] : [];
  });
}

function isTaken(field: string, value: unknown, record: SentRecord): boolean {
  // The time of a change is the server's own to tell.
  if (Object.hasOwn(record, field)) return field.startsWith("last_updated") || isSame(value, record[field]);
  // A relation and its id stand for each other: `assay: { id: 7 }` and `assay_id: 7`.
  const isId = field.endsWith("_id");
  const twin = isId ? field.slice(0, -3) : `${field}_id`;
  return (isId || idOf(value) !== undefined) && Object.hasOwn(record, twin) && isSame(value, record[twin]);
}

/** Whether two notations can mean the same. In doubt they do: a false alarm would have real ones ignored. */
function isSame(sent: unknown, got: unknown): boolean {
  if (isEmpty(sent) || isEmpty(got)) return isEmpty(sent) && isEmpty(got);
  if (Array.isArray(sent)) return !Array.isArray(got) || isSameList(sent, got);
  if (Array.isArray(got)) return typeof sent === "string" || got.some(each => isSame(sent, each));
  if (isRecord(sent)) {
    const id = idOf(sent);
    if (id !== undefined) return isSameText(id, isRecord(got) ? (idOf(got) ?? id) : got);
    return (
      !isRecord(got) || Object.entries(sent).every(([key, value]) => value === undefined || isSame(value, got[key]))
    );
  }
  return isSameText(sent, isRecord(got) ? (idOf(got) ?? sent) : got);
}

/** Lists go by their members, whatever the order. Records without an id are new: of them there have to be as many. */
function isSameList(sent: readonly unknown[], got: readonly unknown[]): boolean {
  const isNew = (each: unknown): boolean => isRecord(each) && idOf(each) === undefined;
  return got.length >= new Set(sent).size && sent.every(each => isNew(each) || got.some(other => isSame(each, other)));
}

function isSameText(sent: unknown, got: unknown): boolean {
  const a = String(sent).trim();
  const b = String(got).trim();
  if (a.toLowerCase() === b.toLowerCase()) return true;
  const difference = numberOf(sent) - numberOf(got);
  // A column of the database may hold fewer digits.
  if (!Number.isNaN(difference)) return difference === 0 || Math.abs(difference) <= 1e-6 * Math.abs(numberOf(sent) % 1);
  const [from, to] = [dayOf(a), dayOf(b)];
  // Either may lack its time, or be in the zone of the laboratory.
  return from !== undefined && to !== undefined && Math.abs(from - to) <= 86_400_000;
}

const numberOf = (value: unknown): number => Number(typeof value === "string" ? value.trim() : value);

/** The day of any of QBench's notations (facts 5.3), in ms. */
function dayOf(text: string): number | undefined {
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Math.floor(Number(text) / 86_400) * 86_400_000;
  const iso = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
  if (iso) return Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
  const american = /^(\d\d?)\/(\d\d?)\/(\d{4})/.exec(text);
  return american ? Date.UTC(Number(american[3]), Number(american[1]) - 1, Number(american[2])) : undefined;
}

/** The id of a relation, sent as `{ id }` or answered as a reference with its `data`. */
function idOf(value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  return value.id ?? (isRecord(value.data) ? (value.data.id ?? undefined) : undefined);
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
