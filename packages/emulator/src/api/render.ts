import type { Files } from "../files/files.js";
import { type Entity, relationId } from "../model/entity.js";
import type { FieldType } from "../model/field-type.js";
import type { Model } from "../model/model.js";
import type { Cache } from "../records/changes.js";
import { formatDate, formatDateTime } from "../records/dates.js";
import type { RecordId, Store, StoredRecord } from "../records/store.js";
import type { Worksheets } from "../worksheets/worksheets.js";

export interface Renderer {
  /** Returns a record as the API shows it: with every field, empty ones as null, and relations as references. */
  record(entity: string, record: StoredRecord): Record<string, unknown>;
  /** Returns what names a record: `_type` and `_self`. */
  self(entity: string, record: StoredRecord): { _type: string; _self: string | null };
  /**
   * Returns the JSON of records, deleted or not, separated by commas. Each is kept until the record or one that it shows
   * changes.
   */
  text(entity: string, ids: readonly RecordId[]): string;
}

function renderValue(name: string, type: FieldType | undefined, value: unknown): unknown {
  if (value === undefined || value === null)
    return type === "objects" || type === "strings" || type === "integers" ? [] : null;
  if (typeof value !== "number") return value;
  // `last_updated` is a string of unix seconds, unlike every other date (docs/qbench-api.md §5.3).
  if (type === "datetime") return name === "last_updated" ? String(Math.floor(value / 1000)) : formatDateTime(value);
  return type === "date" ? formatDate(value) : value;
}

/** The size of the cache of texts, in characters. */
const MAX_CHARACTERS = 50_000_000;

/** Returns a function that creates the renderer of one request. `now` is the server's time, for presigned URLs. */
export function createRendererFactory(
  model: Model,
  store: Store,
  files: Files,
  worksheets: Worksheets,
): (origin: string, now: number) => Renderer {
  const texts: Cache<RecordId, string> = store.createCache(MAX_CHARACTERS);
  return (origin, now) => {
    const scalars = (entity: Entity, record: StoredRecord): Record<string, unknown> => {
      const fields: Record<string, unknown> = {};
      for (const [name, type] of entity.fields) {
        if (type !== "objects" && !entity.relations.has(name)) fields[name] = renderValue(name, type, record[name]);
      }
      for (const [name, type] of Object.entries(entity.custom)) {
        const value = record[name] ?? null;
        fields[name] = type === "USER" ? renderUser(value) : value;
      }
      return fields;
    };
    const renderUser = (id: unknown): unknown => {
      const user = store.find("User", id);
      return user ? { id, text: `${user.first_name} ${user.last_name}` } : null;
    };

    const self: Renderer["self"] = (name, { id }) => {
      const { type = "", path } = model.entities.get(name) ?? {};
      return { _type: type, _self: path ? `${origin}${path}/${id}` : null };
    };

    /** Returns a reference: `_type`, `_self`, `id` and `data` without relations (docs/qbench-api.md §5.1). */
    const reference = (name: string, record: StoredRecord): Record<string, unknown> => {
      const entity = model.entities.get(name);
      return entity ? { ...self(name, record), id: record.id, data: scalars(entity, record) } : { id: record.id };
    };

    const record: Renderer["record"] = (name, stored) => {
      const entity = model.entities.get(name);
      if (!entity) return stored;
      const rendered = scalars(entity, stored);
      for (const [field, target] of entity.relations) {
        if (!entity.fields.has(field)) continue;
        const related = store.find(target, stored[relationId(field)]);
        rendered[field] = related ? reference(target, related) : null;
      }
      for (const [field, type] of entity.fields) {
        if (type !== "objects") continue;
        const nested = entity.nested.get(field);
        rendered[field] = nested
          ? store.children(stored, nested).map(child => reference(nested.entity, child))
          : renderValue(field, type, stored[field]);
      }
      return Object.assign(rendered, worksheets.fieldsOf(name, stored), files.fieldsOf(name, stored, origin, now));
    };

    return {
      record,
      self,
      text(name, ids) {
        const textsOf = texts(`${origin} ${name}`);
        const render = (id: RecordId): string => JSON.stringify(record(name, store.findAny(name, id) ?? { id }));
        // The fields of a file contain a URL that expires.
        return ids.map(id => (files.has(name) ? render(id) : textsOf(id, () => render(id)))).join(",");
      },
    };
  };
}
