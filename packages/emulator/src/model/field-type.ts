import { type OpenApiDocument, resolve, type Schema } from "../openapi/document.js";

export type FieldType =
  | "integer"
  | "number"
  | "string"
  | "boolean"
  | "datetime"
  | "date"
  | "object"
  | "integers"
  | "strings"
  | "objects"
  | "any";

/** Returns the type of a field from its schema in a document. */
export function fieldType(document: OpenApiDocument, schema: Schema | undefined, depth = 0): FieldType {
  const found = resolve(document, schema);
  // The depth is limited, because a schema can be an alternative of itself.
  if (!found || depth > 8) return "any";
  const options = [...(found.anyOf ?? []), ...(found.oneOf ?? []), ...(found.allOf ?? [])].map(option =>
    fieldType(document, option, depth + 1),
  );
  if (options.includes("datetime")) return "datetime";
  if (options.includes("date")) return "date";
  if (options.length > 0) return options.length === 1 ? (options[0] ?? "any") : "any";
  const type = Array.isArray(found.type) ? found.type.find(name => name !== "null") : found.type;
  switch (type) {
    case "array": {
      const item = fieldType(document, found.items, depth + 1);
      return item === "integer" ? "integers" : item === "string" ? "strings" : "objects";
    }
    case "string":
      // `openapi:pull` writes the second format of each pair for QBench's "date-time or string".
      if (found.format === "date-time" || found.format === "qbench-date-time") return "datetime";
      return found.format === "date" || found.format === "qbench-date" ? "date" : "string";
    case "integer":
    case "number":
    case "boolean":
    case "object":
      return type;
    default:
      return found.properties ? "object" : "any";
  }
}

const notedTypes: Record<string, FieldType> = {
  i: "integer",
  n: "number",
  s: "string",
  b: "boolean",
  dt: "datetime",
  d: "date",
  o: "object",
  "[i]": "integers",
  "[s]": "strings",
};

/** Returns the type of a field from its type in the notation of `Resource`. */
export function notedFieldType(type: string): FieldType {
  const [base = ""] = type.split(/<?=/, 1);
  if (base === "o|s") return "any";
  return notedTypes[base] ?? (base.startsWith("[") ? "objects" : "object");
}
