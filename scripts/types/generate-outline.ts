import { escapeLines } from "../../packages/auth/src/errors/sanitize-text.ts";
import type { FieldOutline } from "../../packages/types/src/common/outline.ts";
import type { JsonObject } from "../document/model/json.ts";
import { generatedMark, literalOf } from "./generate-types.ts";
import { outlineDocument } from "./outline-document.ts";

/** Returns a module with the outline of a client's document. */
export const generateOutline = (client: string, document: JsonObject): string =>
  `${generatedMark}${client}.json by scripts/generate.ts. Do not edit.\n\n${declareOutline(document)}`;

/** Returns the declaration of a document's outline. Operations share the lists of fields that are equal. */
export function declareOutline(document: JsonObject): string {
  const names = new Map<string, string>();
  const declarations: string[] = [];
  const nameOf = (fields: readonly FieldOutline[]): string => {
    if (fields.length === 0) return "[]";
    const lines = fields.map(field => `    ${literalOf(field)},\n`).join("");
    const known = names.get(lines);
    if (known !== undefined) return known;
    const name = `fields${names.size + 1}`;
    names.set(lines, name);
    declarations.push(`const ${name}: readonly FieldOutline[] = [\n${lines}];\n`);
    return name;
  };
  const operations = [...outlineDocument(document)].map(([key, { summary, query, body, record }]) => {
    const members = [
      ...(summary === undefined ? [] : [`summary: ${JSON.stringify(summary)}`]),
      `query: ${nameOf(query)}`,
      ...(body === undefined ? [] : [`body: { isList: ${body.isList}, fields: ${nameOf(body.fields)} }`]),
      ...(record === undefined ? [] : [`record: ${nameOf(record)}`]),
    ];
    return `    ${JSON.stringify(key)}: { ${members.join(", ")} },\n`;
  });
  return escapeLines(`import type { BodyOutline, FieldOutline, FieldType, OperationOutline, Outline } from "./common/outline.js";
export type { BodyOutline, FieldOutline, FieldType, OperationOutline, Outline };

${declarations.join("")}
/** Describes every operation of the document, by its method and path. */
export const outline: Outline = {
${operations.join("")}};
`);
}
