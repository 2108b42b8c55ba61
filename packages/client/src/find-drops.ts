import type { SentRecord } from "./check-writes.js";
import type { Drop } from "./drop-error.js";

/** What the answered records lack of what was sent: records of an update are found by id, created ones by their order. */
export function findDrops(sent: readonly SentRecord[], answered: readonly unknown[], isUpdate: boolean): Drop[] {
  const byId = new Map(answered.filter(isRecord).map(record => [String(record.id), record]));
  // Which record is whose cannot be told.
  if (!isUpdate && answered.length !== sent.length) return [];
  return sent.flatMap((item, index) => {
    const found = isUpdate ? byId.get(String(item.id)) : answered[index];
    const record = isRecord(found) ? found : {};
    const fields = Object.keys(item).filter(
      field => item[field] !== undefined && (field !== "id" || !isUpdate) && !isTaken(field, item[field], record),
    );
    return fields.length > 0 ? [{ id: record.id ?? item.id, fields }] : [];
  });
}

function isTaken(field: string, value: unknown, record: SentRecord): boolean {
  // The time of a change is the server's own to tell.
  if (Object.hasOwn(record, field)) return field.startsWith("last_updated") || isSame(value, record[field]);
  // A relation and its id stand for each other: `assay: { id: 7 }` and `assay_id: 7`.
  const twin = field.endsWith("_id") ? field.slice(0, -3) : `${field}_id`;
  const isRelation = field.endsWith("_id") || idOf(value) !== undefined;
  return isRelation && Object.hasOwn(record, twin) && isSame(value, record[twin]);
}

/** Whether two notations can mean the same. In doubt they do: a false alarm would have real ones ignored. */
function isSame(sent: unknown, got: unknown): boolean {
  if (isEmpty(sent) || isEmpty(got)) return isEmpty(sent) && isEmpty(got);
  if (Array.isArray(sent)) return isSameList(sent, got);
  if (isRecord(sent)) {
    const id = idOf(sent);
    if (id !== undefined) return isSameText(id, isRecord(got) ? (idOf(got) ?? id) : got);
    return (
      !isRecord(got) || Object.entries(sent).every(([key, value]) => value === undefined || isSame(value, got[key]))
    );
  }
  if (isRecord(got)) return isSameText(sent, idOf(got) ?? sent);
  // A list of one, or a text of several.
  if (Array.isArray(got)) return got.some(each => isSame(sent, each)) || typeof sent === "string";
  return isSameText(sent, got);
}

/** Lists of records go by id, whatever their order; of new ones there have to be as many. */
function isSameList(sent: readonly unknown[], got: unknown): boolean {
  if (!Array.isArray(got)) return true;
  return (
    sent.every(each => (isRecord(each) && idOf(each) === undefined ? true : got.some(other => isSame(each, other)))) &&
    got.length >= new Set(sent).size
  );
}

function isSameText(sent: unknown, got: unknown): boolean {
  const [a, b] = [sent, got].map(value => String(value).trim().toLowerCase());
  if (a === undefined || b === undefined || a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  // A column of the database may hold fewer digits.
  if (Math.abs(x - y) <= Math.abs(x) * 1e-6) return true;
  if (typeof sent === "boolean") return Number(sent) === y;
  const [from, to] = [timeOf(a), timeOf(b)];
  // Either may lack its time, or be in the zone of the laboratory.
  return from !== undefined && to !== undefined && Math.abs(from - to) <= 86_400_000;
}

/** The time of any of QBench's notations (facts 5.3), in ms. */
function timeOf(text: string): number | undefined {
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d{4}-\d\d-\d\d|\d{1,2}\/\d{1,2}\/\d{4})/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** The id of a relation, sent as `{ id }` or answered as a reference with its `data`. */
function idOf(value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  return value.id ?? (isRecord(value.data) ? (value.data.id ?? undefined) : undefined);
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

const isRecord = (value: unknown): value is SentRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);
