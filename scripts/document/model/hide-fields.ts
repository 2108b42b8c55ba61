import { schemasByDirection } from "./entities.ts";
import { get, isObject, type Json, type JsonObject, mapValues } from "./json.ts";
import { mapSchema, mapSchemas } from "./map-schemas.ts";
import { mapOperations } from "./operations.ts";
import { perDocument } from "./per-document.ts";
import { schemasOf, withSchemas } from "./references.ts";

/**
 * Removes fields marked `readOnly` from requests, and fields marked `writeOnly` from responses. A schema that both use
 * keeps all its fields.
 */
export const hideFields: (document: JsonObject) => JsonObject = perDocument(document => {
  if (!hasMarks(document)) return document;
  const { inRequests, inResponses } = schemasByDirection(document);
  const schemas = mapValues(schemasOf(document), (schema, name) => {
    const [isSent, isReceived] = [inRequests.has(name), inResponses.has(name)];
    if (isSent === isReceived) return schema;
    const mark = isSent ? "readOnly" : "writeOnly";
    return mapSchema(schema, each => withoutMarked(each, mark));
  });
  const components = isObject(document.components)
    ? mapValues(document.components, (parts, kind) => {
        if (kind === "requestBodies") return hideParts(parts, "readOnly");
        return kind === "responses" ? hideParts(parts, "writeOnly") : parts;
      })
    : undefined;
  const hidden = mapOperations({ ...document, ...(components && { components }) }, ({ operation }) =>
    mapValues(operation, (part, key) => {
      if (key === "requestBody") return hideParts(part, "readOnly");
      return key === "responses" ? hideParts(part, "writeOnly") : part;
    }),
  );
  return schemas === schemasOf(document) ? hidden : withSchemas(hidden, schemas);
});

/** Most documents have no such fields. This text also occurs elsewhere, and then the rest finds nothing. */
const hasMarks = (document: JsonObject): boolean => /"(?:read|write)Only":true/.test(JSON.stringify(document));

type Mark = "readOnly" | "writeOnly";

const hideParts = (parts: Json, mark: Mark): Json =>
  isObject(parts) ? mapSchemas(parts, schema => withoutMarked(schema, mark)) : parts;

function withoutMarked(schema: JsonObject, mark: Mark): JsonObject {
  const { properties, required } = schema;
  if (!isObject(properties)) return schema;
  const hidden = Object.keys(properties).filter(name => get(properties[name], mark) === true);
  if (hidden.length === 0) return schema;
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !hidden.includes(name))),
    ...(Array.isArray(required) && { required: required.filter(name => !hidden.includes(String(name))) }),
  };
}
