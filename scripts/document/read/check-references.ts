import { CommandError } from "../../command/command-error.ts";
import { get, isObject, type Json, type JsonObject } from "../model/json.ts";
import { referredName, schemasOf } from "../model/references.ts";

/**
 * Refuses references that lead out of the document, which tools would read from the disk or the network, and those that types
 * cannot follow: to nothing, or round in a circle without an object on the way.
 */
export function checkReferences(document: JsonObject, source: string): void {
  const refuse = (reference: string, why: string): never => {
    const shown = reference.length > 200 ? `${reference.slice(0, 200)}…` : reference;
    throw new CommandError(`${source} has the reference ${JSON.stringify(shown)}, ${why}`);
  };
  const schemas = schemasOf(document);
  const open: Json[] = [document];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) for (const each of next) open.push(each);
    if (!isObject(next)) continue;
    const { $ref } = next;
    if (typeof $ref === "string" && !$ref.startsWith("#/")) refuse($ref, "which leads out of it");
    const mapping = get(next.discriminator, "mapping");
    for (const target of isObject(mapping) ? Object.values(mapping) : []) {
      const name = referredName({ $ref: target });
      if (name === undefined || !Object.hasOwn(schemas, name)) refuse(String(target), "which leads to no schema of it");
    }
    for (const [key, value] of Object.entries(next)) {
      if (key !== "example" && key !== "examples" && !key.startsWith("x-")) open.push(value);
    }
  }
  const [circle] = findCircle(schemas);
  if (circle !== undefined) refuse(circle, "which is a schema that is nothing but itself");
}

/** The names of schemas that are aliases of one another, all round. */
function findCircle(schemas: JsonObject): string[] {
  const ended = new Set<string>();
  for (const start of Object.keys(schemas)) {
    // Each on the way, and what of it is still to be looked at.
    const way: { name: string; left: string[] }[] = [{ name: start, left: aliasesIn(schemas[start]) }];
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const name = last.left.pop();
      if (name === undefined) {
        ended.add(last.name);
        way.pop();
      } else if (way.some(each => each.name === name)) {
        return way.map(each => each.name);
      } else if (!ended.has(name) && Object.hasOwn(schemas, name)) {
        way.push({ name, left: aliasesIn(schemas[name]) });
      }
    }
  }
  return [];
}

/** The schemas that a schema is, or is put together of, without an object or a list between. */
function aliasesIn(schema: Json | undefined): string[] {
  const name = referredName(schema);
  if (name !== undefined) return [name];
  return ["allOf", "anyOf", "oneOf"].flatMap(key => {
    const parts = get(schema, key);
    return Array.isArray(parts) ? parts.flatMap(aliasesIn) : [];
  });
}
