import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { mapParts } from "../document/model/map-parts.ts";
import { referredName, schemasOf } from "../document/model/references.ts";

/**
 * Replaces the references in compositions by their targets. The meaning of a composition depends on the content of its
 * parts: a field of one part may contradict, or declare what another part requires.
 */
export function inlineParts(document: JsonObject, schema: Json): Json {
  const schemas = schemasOf(document);
  const open = new Set<string>();
  const visit = (value: Json): Json =>
    mapParts(value, (part, inside) => {
      const { allOf, ...rest } = part;
      if (!Array.isArray(allOf) || !isComposition(part)) return inside(part);
      return { ...inside(rest), allOf: allOf.map(inline) };
    });
  const inline = (part: Json): Json => {
    const name = referredName(part);
    const target = name === undefined ? undefined : get(schemas, name);
    // A part that contains itself stays a reference.
    if (name === undefined || !isObject(target) || open.has(name)) return visit(part);
    open.add(name);
    // The library would look for the schemas that refer to the discriminator's schema.
    const { discriminator: _, ...content } = target;
    const result = visit(content);
    open.delete(name);
    return result;
  };
  return visit(schema);
}

const isComposition = ({ allOf, properties, required, additionalProperties }: JsonObject): boolean =>
  [allOf].flat().length > 1 || [properties, required, additionalProperties].some(each => each !== undefined);
