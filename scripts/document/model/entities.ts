import { get, isObject, type Json, type JsonObject } from "./json.ts";
import { listOperations, responseItem } from "./operations.ts";
import { perDocument } from "./per-document.ts";
import { reachableSchemas, referredName, resolveSchema, sharedPart } from "./references.ts";

/** Returns the names of the schemas of records. They have an `id`, and a response has them in `data`. */
export function entityNames(document: JsonObject): Set<string> {
  const names = listOperations(document)
    .map(({ operation }) => referredName(responseItem(document, operation)))
    .filter(name => name !== undefined);
  return new Set(
    names.filter(name => {
      const schema = resolveSchema(document, { $ref: `#/components/schemas/${name}` });
      return get(get(schema, "properties"), "id") !== undefined;
    }),
  );
}

/** Returns the names of the schemas of an entity's requests: `OrderCreate` and `OrderUpdate` for `Order`. */
export const requestsOf = (entity: string): string[] => [`${entity}Create`, `${entity}Update`];

/** Returns the entity that a request writes: `Order` for `OrderUpdate`. Returns any other name as it is. */
export const entityOf = (name: string): string => name.replace(/(Create|Update)$/, "");

interface Uses {
  inRequests: ReadonlySet<string>;
  inResponses: ReadonlySet<string>;
}

/** Returns the names of the schemas in requests, and of those in responses. A name can be in both. */
export const schemasByDirection: (document: JsonObject) => Uses = perDocument(document => {
  const requests: Json[] = [];
  const responses: Json[] = [];
  for (const { path, operation } of listOperations(document)) {
    const shared = get(get(document.paths, path), "parameters");
    for (const part of [operation.requestBody, operation.parameters, shared])
      if (part !== undefined) requests.push(part);
    if (isObject(operation.responses)) {
      for (const response of Object.values(operation.responses)) {
        responses.push(sharedPart(document, response) ?? response);
      }
    }
  }
  return { inRequests: reachableSchemas(document, requests), inResponses: reachableSchemas(document, responses) };
});
