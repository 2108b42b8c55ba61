import { byCodeUnit, canonical, get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { mapParts } from "../model/map-parts.ts";
import { isTypeName, toPascal } from "../model/names.ts";
import {
  mapReferences,
  referredName,
  resolveSchema,
  schemasOf,
  toReference,
  unwrap,
  withSchemas,
} from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/** Translates the vendor's names, whole words only: `GenReport` → `Report`. */
export type NameTable = Readonly<Record<string, string>>;

/**
 * Gives schemas the names that a person would choose. The vendor's `ListOrderSchema.a9993e3.OrderSchema`, which
 * contains a hash, becomes `Order`. Copies of a schema become one schema, and list schemas are inlined. If different
 * schemas claim a name, the schema of a single record's response keeps it, and the others are named after the schema
 * that contains them. Without a table the document is not the vendor's: names are only spelled as types.
 */
export const nameSchemas =
  (table?: NameTable) =>
  (document: JsonObject): StepResult => {
    const lists = table === undefined ? new Set<string>() : vendorLists(document);
    const inlined = inlineLists(document, lists);
    const names = chooseNames(inlined, table);
    const schemas: Record<string, Json> = {};
    for (const [key, schema] of Object.entries(schemasOf(inlined))) schemas[names.get(key) ?? key] ??= schema;
    const renamed = mapReferences(withSchemas(inlined, schemas), name => names.get(name) ?? name);
    const changed = [...names].filter(([key, name]) => key !== name).length;
    return {
      document: isObject(renamed) ? renamed : inlined,
      findings: [
        { what: "list schemas inlined", count: lists.size },
        { what: "schemas named", count: changed },
        { what: "copies of schemas merged", count: names.size - Object.keys(schemas).length },
      ],
    };
  };

const isVendorName = (key: string): boolean => /\.[0-9a-f]{7}(\.|$)/.test(key) || /Schema(List)?$/.test(key);

/**
 * Returns the keys of schemas such as `OrderSchemaList`: an array of a named schema that is not a list. Limits and
 * descriptions of the array do not matter: they stay with it where it is inlined.
 */
function vendorLists(document: JsonObject): Set<string> {
  const lists = Object.entries(schemasOf(document)).filter(([key, schema]) => {
    return isVendorName(key) && get(schema, "type") === "array" && isObject(get(schema, "items"));
  });
  const keys = new Set(lists.map(([key]) => key));
  const ofNamed = lists.filter(([, schema]) => {
    const items = referredName(unwrap(get(schema, "items")));
    return items !== undefined && !keys.has(items);
  });
  return new Set(ofNamed.map(([key]) => key));
}

function inlineLists(document: JsonObject, lists: ReadonlySet<string>): JsonObject {
  if (lists.size === 0) return document;
  const schemas = schemasOf(document);
  const inlined = mapReferences(document, name => (lists.has(name) && isObject(schemas[name]) ? schemas[name] : name));
  if (!isObject(inlined)) return document;
  return withSchemas(
    inlined,
    Object.fromEntries(Object.entries(schemasOf(inlined)).filter(([key]) => !lists.has(key))),
  );
}

/** Returns the final name of each schema. */
function chooseNames(document: JsonObject, table: NameTable | undefined): Map<string, string> {
  const keys = Object.keys(schemasOf(document)).toSorted();
  const wanted = new Map(keys.map(key => [key, wantedName(document, key, table)]));
  const classes = findCopies(document, wanted);
  const taken = new Set(keys.filter(key => wanted.get(key) === key));
  const holders = new Map(keys.filter(key => partsOf(key).length === 1).map(key => [partsOf(key)[0], wanted.get(key)]));
  const names = new Map<string, string>();
  for (const [name, claimants] of Map.groupBy(keys, key => wanted.get(key) ?? key)) {
    const groups = [...Map.groupBy(claimants, key => classes.get(key)).values()];
    for (const [index, group] of groups.toSorted(bySeniority(classes)).entries()) {
      const final = index === 0 ? name : freeName(name, group, holders, taken);
      taken.add(final);
      for (const key of group) names.set(key, final);
    }
  }
  return names;
}

function wantedName(document: JsonObject, key: string, table: NameTable | undefined): string {
  if (table === undefined || !isVendorName(key)) return isTypeName(key) ? key : toPascal(key) || "Schema";
  const name = vendorName(document, key, table);
  // A list that is not inlined must not claim the name of its records.
  return get(schemasOf(document)[key], "type") === "array" ? `${name}List` : name;
}

function vendorName(document: JsonObject, key: string, table: NameTable): string {
  const segments = partsOf(key);
  const word = toPascal(stripRole(segments.at(-1) ?? key));
  const translate = (name: string): string => get(table, name)?.toString() ?? name;
  const [, role, entity] = /^(CreateResponse|List|Single|Create|Update)(.+)$/.exec(word) ?? [];
  const whole = get(table, word)?.toString();
  if (whole !== undefined) return whole;
  if (role === undefined || entity === undefined) {
    const [, base, kind] = /^(.+)(Filter)$/.exec(word) ?? [];
    return base === undefined ? word : `${translate(base)}${kind}`;
  }
  const data = get(get(resolveSchema(document, toReference(key)), "properties"), "data") !== undefined;
  if (role === "List" && data) return `${translate(entity)}Page`;
  if (role === "Single" && data) return `${translate(entity)}Response`;
  if (role === "CreateResponse" && data) return `${translate(entity)}ListResponse`;
  if (role === "Create" || role === "Update") return `${translate(entity)}${role}`;
  return word;
}

const partsOf = (key: string): string[] => key.split(".").filter(part => !/^[0-9a-f]{7}$/.test(part));

/** Removes what the vendor's framework appends: `Schema`, `SchemaList`, and `Values` for enumerations. */
function stripRole(part: string): string {
  let name = part;
  while (name.endsWith("Schema") || name.endsWith("SchemaList")) name = name.slice(0, name.lastIndexOf("Schema"));
  return name.replace(/(?<=.)Values$/, "");
}

const MAX_ROUNDS = 50;

/**
 * Maps each schema to its class. Schemas of one class are copies: they have the same wanted name and the same content,
 * where a reference counts as its target's class. Each round splits classes, until a round splits none.
 */
function findCopies(document: JsonObject, wanted: ReadonlyMap<string, string>): Map<string, string> {
  const schemas = schemasOf(document);
  let classes = new Map(wanted);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = new Map(
      [...wanted].map(([key, name]) => {
        const content = mapReferences(schemas[key] ?? null, target => classes.get(target) ?? target);
        return [key, `${name}\n${canonical(content)}`];
      }),
    );
    if (new Set(next.values()).size === new Set(classes.values()).size) return next;
    // Numbers replace the texts of classes, which would grow with each round.
    const numbers = new Map([...new Set(next.values())].toSorted().map((text, index) => [text, String(index)]));
    classes = new Map([...next].map(([key, text]) => [key, `${wanted.get(key)} ${numbers.get(text)}`]));
  }
  // No real document nests copies so deep. In a document built to take forever, no copies are merged.
  return new Map([...wanted.keys()].map(key => [key, key]));
}

/** Orders groups: first the schema of a single record's response, then by the vendor's names, then by content. */
const bySeniority =
  (classes: ReadonlyMap<string, string>) =>
  (a: readonly string[], b: readonly string[]): number => {
    const single = (group: readonly string[]) => (group.some(key => key.startsWith("Single")) ? 0 : 1);
    const key = (group: readonly string[]) => group.map(each => partsOf(each).join(".")).toSorted()[0] ?? "";
    const text = (group: readonly string[]) => classes.get(group[0] ?? "") ?? "";
    return single(a) - single(b) || byCodeUnit(key(a), key(b)) || byCodeUnit(text(a), text(b));
  };

/** Returns a name for schemas that cannot have their wanted name: by the schema that contains them, or by a number. */
function freeName(
  name: string,
  group: readonly string[],
  holders: ReadonlyMap<string | undefined, string | undefined>,
  taken: ReadonlySet<string>,
): string {
  const [holder] = group
    .map(key => partsOf(key).at(-2))
    .flatMap(part => (part === undefined ? [] : [holders.get(part) ?? toPascal(part)]))
    .toSorted();
  const base = holder === undefined ? name : `${name}In${holder}`;
  for (let count = holder === undefined ? 2 : 1; ; count++) {
    const candidate = count === 1 ? base : `${base}${count}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/**
 * Drops titles that only repeat a name, as Python's frameworks generate them. They would hide that schemas are copies.
 */
export function dropTitles(document: JsonObject): StepResult {
  let count = 0;
  const bare = (text: unknown): string =>
    String(text)
      .replaceAll(/[^\p{L}\p{N}]/gu, "")
      .toLowerCase();
  const drop = (schema: Json, name: string): Json => {
    const title = get(schema, "title");
    if (!isObject(schema) || title === undefined) return schema;
    const last = partsOf(name).at(-1) ?? name;
    if (bare(title) !== bare(last) && bare(title) !== bare(stripRole(last))) return schema;
    count++;
    const { title: _, ...rest } = schema;
    return rest;
  };
  const inNames = (names: Json): Json => (isObject(names) ? mapValues(names, drop) : names);
  const result = mapParts(document, (part, inside) => {
    const untitled = mapValues(part, (child, key) => {
      if (key === "properties" || key === "schemas") return inNames(child);
      return key === "schema" && typeof part.name === "string" ? drop(child, part.name) : child;
    });
    return inside(untitled);
  });
  return {
    document: isObject(result) ? result : document,
    findings: [{ what: "titles that repeat a name removed", count }],
  };
}
