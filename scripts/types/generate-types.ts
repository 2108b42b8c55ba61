import { escapeLines } from "../../packages/auth/src/errors/sanitize-text.ts";
import { CommandError } from "../command/command-error.ts";
import { declareTypes } from "../compiler/declare-types.ts";
import { dateFields } from "../document/model/date-fields.ts";
import { hideFields } from "../document/model/hide-fields.ts";
import { isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { nameResources } from "../document/model/name-resources.ts";
import { listOperations, mapOperations } from "../document/model/operations.ts";
import { perDocument } from "../document/model/per-document.ts";
import { checkReferences } from "../document/read/check-references.ts";
import { describeConstraints, toSentence } from "./describe-constraints.ts";
import { describeSchemas } from "./describe-schemas.ts";
import { tidyTypes } from "./tidy-types.ts";

/** The first words of a generated file. Only files that begin with them are ever removed. */
export const generatedMark = "// Generated from openapi/";

/** Returns the TypeScript types of a client's document, and the table of its resources. */
export async function generateTypes(client: string, document: JsonObject): Promise<string> {
  // Before the library runs, because it would read the targets of all references, from the disk or the network.
  checkReferences(document, `openapi/${client}.json`);
  try {
    return `${generatedMark}${client}.json by scripts/generate.ts. Do not edit.\n\n${declareDocument(document)}`;
  } catch (error) {
    throw new CommandError(
      `Generating types from openapi/${client}.json failed: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Returns the declarations of a document whose references were checked. */
export const declareDocument = (document: JsonObject): string =>
  escapeLines(writeTypes(document).replaceAll("\t", " "));

const writeTypes: (document: JsonObject) => string = perDocument(document =>
  [
    'import type { ArgumentsOf, MethodTypes, WriteArgumentsOf } from "./common/method-types.js";',
    tidyTypes(declareTypes(withoutFilters(describeConstraints(describeSchemas(hideFields(document))))), document),
    writeTable(document),
    declareDateFields(document),
  ].join("\n"),
);

function writeTable(document: JsonObject): string {
  const operations = new Map(
    listOperations(document).map(({ method, path, operation }) => [`${method.toUpperCase()} ${path}`, operation]),
  );
  const table: string[] = [];
  const signatures: string[] = [];
  for (const [resource, methods] of Object.entries(nameResources(document))) {
    const lines = Object.entries(methods).map(([name, entry]) => {
      const operation = operations.get(`${entry.method} ${entry.path}`);
      const comment = commentOf(operation?.summary);
      if (comment !== "") {
        const key = JSON.stringify(`${resource}.${name}`);
        // Generic, so that the client can check the type of the body that a caller sends.
        const parameters = operation?.requestBody
          ? "<const Sent>(...args: WriteArgumentsOf<this, Sent>)"
          : "(...args: ArgumentsOf<this>)";
        signatures.push(`    ${comment}\n    ${key}${parameters}: this["result"];\n`);
      }
      return `        ${comment}\n        ${keyOf(name)}: ${literalOf(entry)},\n`;
    });
    const comment = commentOf(`Methods: ${Object.keys(methods).join(", ")}`);
    table.push(`    ${comment}\n    ${keyOf(resource)}: {\n${lines.join("")}    },\n`);
  }
  return `/** Every operation, except those for tokens, by resource. */
export const resources = {
${table.join("")}} as const;
interface Signatures extends MethodTypes {
${signatures.join("")}}
/** Describes the methods of each resource, such as \`client.orders.list\`. */
export interface Resources extends Readonly<typeof resources> {
    /** The signatures of the methods, with their descriptions. No value has this property. */
    readonly "~signatures"?: Signatures;
}
`;
}

/** Returns the literal of an object on one line. */
export const literalOf = (entry: object): string =>
  `{ ${Object.entries(entry)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(", ")} }`;

/** Returns the comment that editors show at a resource or a method of a client. */
function commentOf(text: Json | undefined): string {
  const line = typeof text === "string" ? text.replaceAll("*/", "* /").replaceAll(/\s+/g, " ").trim() : "";
  return line && `/** ${toSentence(line)} */`;
}

const keyOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

const declareDateFields = (document: JsonObject): string => `/** The fields that are a date in every response. */
export const dateFields = ${JSON.stringify(dateFields(document))} as const;
`;

/** Returns the document without the query parameters of lists that have a filter, whose type stands for all of them. */
const withoutFilters = (document: JsonObject): JsonObject =>
  mapOperations(document, ({ operation }) => {
    if (operation["x-filter"] === undefined || !Array.isArray(operation.parameters)) return operation;
    return { ...operation, parameters: operation.parameters.filter(parameter => !isQuery(parameter)) };
  });

const isQuery = (parameter: Json): boolean => isObject(parameter) && parameter.in === "query";
