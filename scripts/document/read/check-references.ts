import { CommandError } from "../../command/command-error.ts";
import { get, isObject, type Json, type JsonObject } from "../model/json.ts";
import { eachPart } from "../model/map-parts.ts";
import { referredName, schemasOf } from "../model/references.ts";

/**
 * Throws for references out of the document, which tools would read from the disk or the network. It also throws for
 * those that types cannot follow: without a target, or in a cycle without an object between.
 */
export function checkReferences(document: JsonObject, source: string): void {
  if (checked.has(document)) return;
  const fail = (reference: string, why: string): never => {
    const shown = reference.length > 200 ? `${reference.slice(0, 200)}…` : reference;
    throw new CommandError(`${source} has the reference ${JSON.stringify(shown)}, ${why}. Correct the document.`);
  };
  const schemas = schemasOf(document);
  eachPart(document, ({ $ref, discriminator }) => {
    if (typeof $ref === "string" && !$ref.startsWith("#/")) fail($ref, "which refers to something outside of it");
    const mapping = get(discriminator, "mapping");
    for (const target of isObject(mapping) ? Object.values(mapping) : []) {
      const name = referredName({ $ref: target });
      if (name === undefined || !Object.hasOwn(schemas, name)) fail(String(target), "which is not a schema in it");
    }
  });
  const [name] = findCycle(schemas);
  if (name !== undefined) fail(name, "which is a schema that consists only of itself");
  checked.add(document);
}

/** The documents without such references. */
const checked = new WeakSet<JsonObject>();

/** Returns the names of schemas that are aliases of each other in a cycle. */
function findCycle(schemas: JsonObject): string[] {
  const ended = new Set<string>();
  for (const start of Object.keys(schemas)) {
    // Each schema on the path from the start, with the aliases in it that are not yet visited.
    const path: { name: string; left: string[] }[] = [{ name: start, left: aliasesIn(schemas[start]) }];
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const name = last.left.pop();
      if (name === undefined) {
        ended.add(last.name);
        path.pop();
      } else if (path.some(each => each.name === name)) {
        return path.map(each => each.name);
      } else if (!ended.has(name) && Object.hasOwn(schemas, name)) {
        path.push({ name, left: aliasesIn(schemas[name]) });
      }
    }
  }
  return [];
}

/** Returns the schemas that a schema refers to or is composed of, without an object or a list between. */
function aliasesIn(schema: Json | undefined): string[] {
  const name = referredName(schema);
  if (name !== undefined) return [name];
  return ["allOf", "anyOf", "oneOf"].flatMap(key => {
    const parts = get(schema, key);
    return Array.isArray(parts) ? parts.flatMap(aliasesIn) : [];
  });
}
