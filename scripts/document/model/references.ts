import { get, isObject, type Json, type JsonObject, mapValues } from "./json.ts";
import { eachPart, mapParts } from "./map-parts.ts";

const prefix = "#/components/schemas/";

export const toReference = (name: string): JsonObject => ({ $ref: `${prefix}${escapeName(name)}` });

/** Returns the name of the schema that a Reference Object refers to. */
export function referredName(value: Json | undefined): string | undefined {
  const pointer = get(value, "$ref");
  return typeof pointer === "string" ? nameIn(pointer) : undefined;
}

/** Follows references to the schema itself. Returns undefined if a reference has no target. */
export function resolveSchema(document: JsonObject, schema: Json | undefined): JsonObject | undefined {
  let current = schema;
  for (let depth = 0; depth < 32; depth++) {
    const name = referredName(current);
    if (name === undefined) return isObject(current) ? current : undefined;
    current = get(schemasOf(document), name);
  }
  return undefined;
}

/** Returns the reference inside of a schema that adds only texts or null: `{ allOf: [{ $ref }], nullable: true }`. */
export function unwrap(schema: Json | undefined): Json | undefined {
  if (!isObject(schema) || !Array.isArray(schema.allOf)) return schema;
  const [only, ...others] = schema.allOf;
  const adds = Object.keys(schema).some(key => !["allOf", "description", "nullable", "title"].includes(key));
  return others.length > 0 || adds || get(only, "$ref") === undefined ? schema : only;
}

export const schemasOf = (document: JsonObject): JsonObject => {
  const schemas = get(document.components, "schemas");
  return isObject(schemas) ? schemas : {};
};

export function withSchemas(document: JsonObject, schemas: JsonObject): JsonObject {
  const components = isObject(document.components) ? document.components : {};
  return { ...document, components: { ...components, schemas } };
}

/** Returns the document with each reference to a schema changed: to another name, or replaced by a schema. */
export function mapReferences(value: Json, change: (name: string) => string | JsonObject): Json {
  return mapParts(value, (part, inside) => {
    const name = referredName(part);
    if (name === undefined) return inside(mapMapping(part, change));
    const changed = change(name);
    const rest = String(part.$ref).slice(prefix.length + escapedLength(String(part.$ref)));
    if (typeof changed !== "string") return mapReferences(changed, change);
    return { ...part, $ref: `${prefix}${escapeName(changed)}${rest}` };
  });
}

/** Changes the mapping of a discriminator, which refers to schemas without Reference Objects. */
function mapMapping(schema: JsonObject, change: (name: string) => string | JsonObject): JsonObject {
  const { discriminator } = schema;
  const mapping = get(discriminator, "mapping");
  if (!isObject(discriminator) || !isObject(mapping)) return schema;
  const mapped = mapValues(mapping, target => {
    const name = typeof target === "string" ? nameIn(target) : undefined;
    const changed = name === undefined ? undefined : change(name);
    return typeof changed === "string" ? `${prefix}${escapeName(changed)}` : target;
  });
  return { ...schema, discriminator: { ...discriminator, mapping: mapped } };
}

/** Returns the names of all schemas that parts of the document refer to, directly or through other schemas. */
export function reachableSchemas(document: JsonObject, from: readonly Json[]): Set<string> {
  const schemas = schemasOf(document);
  const found = new Set<string>();
  const shared = new Set<Json>();
  const open: Json[] = [...from];
  const follow = (next: JsonObject): void => {
    const names = [referredName(next), ...mappedNames(next)].filter(name => name !== undefined);
    for (const name of names) {
      const target = get(schemas, name);
      if (found.has(name) || target === undefined) continue;
      found.add(name);
      open.push(target);
    }
    const part = names.length === 0 ? sharedPart(document, next) : undefined;
    if (part !== undefined && !shared.has(part)) {
      shared.add(part);
      open.push(part);
    }
  };
  for (let next = open.pop(); next !== undefined; next = open.pop()) eachPart(next, follow);
  return found;
}

const mappedNames = (value: JsonObject): (string | undefined)[] => {
  const mapping = get(value.discriminator, "mapping");
  return isObject(mapping) ? Object.values(mapping).map(at => (typeof at === "string" ? nameIn(at) : undefined)) : [];
};

/** Returns what a reference into the document, such as `#/components/schemas/Order`, points at. */
export const targetOf = (document: JsonObject, pointer: string): Json | undefined =>
  pointer
    .split("/")
    .slice(1)
    .map(unescapeStep)
    .reduce<Json | undefined>((at, step) => (Array.isArray(at) ? at[Number(step)] : get(at, step)), document);

/** Returns all references in a part of a document, those of discriminators included. */
export function referencesIn(part: Json): Set<string> {
  const references = new Set<string>();
  eachPart(part, ({ $ref, discriminator }) => {
    const mapping = get(discriminator, "mapping");
    const targets = [$ref, ...(isObject(mapping) ? Object.values(mapping) : [])];
    for (const target of targets) if (typeof target === "string") references.add(target);
  });
  return references;
}

/** Follows references to another kind of component, such as a response or a parameter, to the component itself. */
export function sharedPart(document: JsonObject, value: Json): Json | undefined {
  let part: Json | undefined = value;
  for (let depth = 0; depth < 32; depth++) {
    const pointer = get(part, "$ref");
    if (typeof pointer !== "string") return depth === 0 ? undefined : part;
    const [kind, name] = /^#\/components\/(\w+)\/([^/]+)$/.exec(pointer)?.slice(1) ?? [];
    if (kind === undefined || name === undefined) return undefined;
    part = get(get(document.components, kind), unescapeStep(name));
  }
  return undefined;
}

function nameIn(pointer: string): string | undefined {
  if (!pointer.startsWith(prefix)) return undefined;
  return unescapeStep(pointer.slice(prefix.length).split("/")[0] ?? "");
}

const escapedLength = (pointer: string): number => pointer.slice(prefix.length).split("/")[0]?.length ?? 0;

/** Encodes a name as one step of a JSON Pointer in a URI fragment, which contains ASCII only (RFC 6901 section 6). */
const escapeName = (name: string): string =>
  encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1")).replaceAll("%24", "$");

/** Decodes one step of a JSON Pointer that stands in a URI fragment (RFC 6901 section 6). */
export function unescapeStep(name: string): string {
  let decoded = name;
  try {
    decoded = decodeURIComponent(name);
  } catch {}
  return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
}
