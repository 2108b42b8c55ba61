import { type OpenApiDocument, resolve, type Schema } from "./document.js";

/** Returns a value that fits a schema: the document's own example, if it has one. */
export function exampleOf(document: OpenApiDocument, schema: Schema | undefined, depth = 0): unknown {
  const found = resolve(document, schema);
  if (!found || depth > 8) return null;
  if (found.example !== undefined) return found.example;
  if (found.default !== undefined) return found.default;
  if (found.enum) return found.enum[0];
  const option = found.anyOf?.[0] ?? found.oneOf?.[0] ?? found.allOf?.[0];
  if (option) return exampleOf(document, option, depth + 1);
  if (found.properties) {
    const properties = Object.entries(found.properties);
    return Object.fromEntries(properties.map(([name, part]) => [name, exampleOf(document, part, depth + 1)]));
  }
  switch (found.type) {
    case "array":
      return [];
    case "object":
      return {};
    case "string":
      return "";
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}
