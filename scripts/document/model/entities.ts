import { get, isObject, type Json, type JsonObject } from "./json.ts";
import { answerItem, listOperations } from "./operations.ts";
import { reachableSchemas, referredName, resolveSchema, sharedPart } from "./references.ts";

/** The schemas of records: what an answer's `data` holds, or lists, and has an `id`. */
export function entityNames(document: JsonObject): Set<string> {
  const names = listOperations(document)
    .map(({ operation }) => referredName(answerItem(document, operation)))
    .filter(name => name !== undefined);
  return new Set(
    names.filter(name => {
      const schema = resolveSchema(document, { $ref: `#/components/schemas/${name}` });
      return get(get(schema, "properties"), "id") !== undefined;
    }),
  );
}

/** The schemas that requests send, and those that answers hold; one can be among both. */
export function schemasByDirection(document: JsonObject): { sent: Set<string>; answered: Set<string> } {
  const sent: Json[] = [];
  const answered: Json[] = [];
  for (const { path, operation } of listOperations(document)) {
    const shared = get(get(document.paths, path), "parameters");
    for (const part of [operation.requestBody, operation.parameters, shared]) if (part !== undefined) sent.push(part);
    if (isObject(operation.responses)) {
      for (const response of Object.values(operation.responses)) {
        answered.push(sharedPart(document, response) ?? response);
      }
    }
  }
  return { sent: reachableSchemas(document, sent), answered: reachableSchemas(document, answered) };
}
