import { type OpenApiDocument, resolve, type Schema } from "./document.js";

/** Converts the OpenAPI schema of a body to JSON Schema. Follows references, and allows null in optional fields. */
export function toJsonSchema(document: OpenApiDocument, schema: Schema | undefined, depth = 0): Schema {
  const found = resolve(document, schema);
  if (!found || depth > 8) return {};
  const inner = (part: Schema): Schema => toJsonSchema(document, part, depth + 1);
  const { example: _, nullable, properties, items, anyOf, allOf, oneOf, ...rest } = found;
  // A new invoice requires order_id and order_ids, but the vendor's example has one of them (docs/qbench-api.md §1.1).
  const { required: all } = found;
  const required = all?.filter(
    name =>
      !(name.endsWith("_id") && all.includes(`${name}s`)) &&
      !(name.endsWith("_ids") && all.includes(name.slice(0, -1))),
  );
  // The document declares the ids of a new report as strings, but its example has numbers (docs/qbench-api.md §1.1).
  const idOrInner = (name: string, part: Schema): Schema => {
    // Amounts of money are numbers, although some bodies declare integers (docs/qbench-api.md §5.4).
    if (/(^|_)amount$/.test(name) && resolve(document, part)?.type === "integer") return { type: "number" };
    const numbers = /_ids?$/.test(name) ? asIntegers(document, part) : undefined;
    return numbers ? { anyOf: [inner(part), numbers] } : inner(part);
  };
  const converted: Schema = {
    ...rest,
    ...(required && { required }),
    ...(items && { items: inner(items) }),
    ...(anyOf && { anyOf: anyOf.map(inner) }),
    ...(allOf && { allOf: allOf.map(inner) }),
    ...(oneOf && { oneOf: oneOf.map(inner) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, part]) => {
          const value = idOrInner(name, part);
          return [name, required?.includes(name) ? value : { anyOf: [value, { type: "null" }] }];
        }),
      ),
    }),
  };
  return nullable ? { anyOf: [converted, { type: "null" }] } : converted;
}

/** Returns the schema with integers instead of strings, or undefined if it is not for strings. */
function asIntegers(document: OpenApiDocument, schema: Schema): Schema | undefined {
  const { items, type } = resolve(document, schema) ?? {};
  const numbers = items && asIntegers(document, items);
  if (numbers) return { type: "array", items: numbers };
  return type === "string" ? { type: "integer" } : undefined;
}
