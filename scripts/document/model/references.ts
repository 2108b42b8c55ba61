import { get, isObject, type Json, type JsonObject, mapItems, mapValues } from "./json.ts";

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
  if (Array.isArray(value)) return mapItems(value, item => mapReferences(item, change));
  if (!isObject(value)) return value;
  const name = referredName(value);
  if (name === undefined) return mapValues(value, (child, key) => inMapping(key, child, change));
  const changed = change(name);
  const rest = String(value.$ref).slice(prefix.length + escapedLength(String(value.$ref)));
  if (typeof changed !== "string") return mapReferences(changed, change);
  return { ...value, $ref: `${prefix}${escapeName(changed)}${rest}` };
}

/** Changes the mapping of a discriminator, which refers to schemas without Reference Objects. */
function inMapping(key: string, value: Json, change: (name: string) => string | JsonObject): Json {
  const mapping = get(value, "mapping");
  if (key !== "discriminator" || !isObject(value) || !isObject(mapping)) return mapReferences(value, change);
  return {
    ...value,
    mapping: mapValues(mapping, target => {
      const name = typeof target === "string" ? nameIn(target) : undefined;
      const changed = name === undefined ? undefined : change(name);
      return typeof changed === "string" ? `${prefix}${escapeName(changed)}` : target;
    }),
  };
}

/** Returns the names of all schemas that parts of the document refer to, directly or through other schemas. */
export function reachableSchemas(document: JsonObject, from: readonly Json[]): Set<string> {
  const schemas = schemasOf(document);
  const found = new Set<string>();
  const shared = new Set<Json>();
  const open: Json[] = [...from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    // Not `push(...next)`: a list can have more items than a call may have arguments.
    if (Array.isArray(next)) for (const each of next) open.push(each);
    if (!isObject(next)) continue;
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
    for (const value of Object.values(next)) if (typeof value === "object" && value !== null) open.push(value);
  }
  return found;
}

const mappedNames = (value: JsonObject): (string | undefined)[] => {
  const mapping = get(value.discriminator, "mapping");
  return isObject(mapping) ? Object.values(mapping).map(at => (typeof at === "string" ? nameIn(at) : undefined)) : [];
};

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
const escapeName = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** Decodes one step of a JSON Pointer that stands in a URI fragment (RFC 6901 section 6). */
export function unescapeStep(name: string): string {
  let decoded = name;
  try {
    decoded = decodeURIComponent(name);
  } catch {}
  return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
}
