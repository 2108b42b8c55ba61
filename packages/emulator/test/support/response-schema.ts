import { Validator } from "@cfworker/json-schema";
import { type OpenApiDocument, type Operation, resolve, type Schema } from "../../src/openapi/document.js";

/** Present only on request, or only if the processing of a worksheet failed (docs/qbench-api.md §9). */
const optional = new Set(["worksheet_config", "worksheet_processed_error_msg"]);

/** Converts a schema so that each declared field must be present. Optional fields can be null (docs/qbench-api.md §5.1). */
function toJsonSchema(document: OpenApiDocument, schema: Schema, depth = 0): Schema {
  const { properties, items, anyOf, allOf, required = [], ...rest } = resolve(document, schema) ?? {};
  const inner = (part: Schema): Schema => toJsonSchema(document, part, depth + 1);
  const names = Object.keys(properties ?? {});
  return {
    ...rest,
    ...(items && { items: inner(items) }),
    ...(anyOf && { anyOf: anyOf.map(inner) }),
    ...(allOf && { allOf: allOf.map(inner) }),
    ...(properties && {
      required: names.filter(name => !optional.has(name)),
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, part]) => [
          name,
          required.includes(name) ? inner(part) : { anyOf: [inner(part), { type: "null" }] },
        ]),
      ),
    }),
  };
}

/** Returns the JSON schema of a response. Without a declaration, a nested list is like the list of all such records. */
function schemaOf(document: OpenApiDocument, operation: Operation, path: string, status: number): Schema | undefined {
  const content = resolve(document, operation.responses?.[status])?.content;
  if (content) return content["application/json"]?.schema;
  if (operation.responses?.[status] || !path.includes("}/")) return undefined;
  const list = document.paths[`/qbench/api/v2/${path.split("/").at(-1)}`]?.get;
  return list && schemaOf(document, list, "", status);
}

/**
 * Returns a function that compares JSON with the response of an operation in the document. The function returns the
 * differences, or undefined if the document has no schema for the response.
 */
export function responseValidator(document: OpenApiDocument) {
  const validators = new Map<string, Validator | undefined>();
  return (operation: string, status: number, body: unknown): string[] | undefined => {
    const key = `${status} ${operation}`;
    if (!validators.has(key)) {
      const [method = "", path = ""] = operation.split(" ");
      const declared = document.paths[`/qbench/api/v2${path}`]?.[method.toLowerCase() as "get"];
      const schema = declared && schemaOf(document, declared, path, status);
      validators.set(key, schema && new Validator(toJsonSchema(document, schema), "2019-09", false));
    }
    return validators
      .get(key)
      ?.validate(body)
      .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  };
}
