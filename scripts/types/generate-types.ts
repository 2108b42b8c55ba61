import openapiTS from "openapi-typescript";
import { CommandError } from "../command/command-error.ts";
import { isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { listOperations, mapOperations } from "../document/model/operations.ts";
import { checkReferences } from "../document/read/check-references.ts";
import { dateFields } from "./date-fields.ts";
import { describeConstraints } from "./describe-constraints.ts";
import { nameResources, type ResourceMethod } from "./name-resources.ts";
import { tidyTypes } from "./tidy-types.ts";

/** The first words of a generated file. Only files that begin with them are ever removed. */
export const generatedMark = "// Generated from openapi/";

/** Returns the TypeScript types of a client's document, and the table of its resources. */
export async function generateTypes(client: string, document: JsonObject): Promise<string> {
  // Before the library runs, because it would read the targets of all references, from the disk or the network.
  checkReferences(document, `openapi/${client}.json`);
  try {
    const nodes = await openapiTS(JSON.stringify(withoutFilters(describeConstraints(document))), {
      alphabetize: false,
      // The server uses a default for a missing value, so the caller may still omit the value.
      defaultNonNullable: false,
      // An object that declares no fields may contain anything.
      emptyObjectsUnknown: true,
      exportType: false,
      immutable: false,
      silent: true,
    });
    return [
      `${generatedMark}${client}.json by scripts/generate.ts. Do not edit.\n`,
      tidyTypes(nodes, document),
      writeTable(document),
      declareDateFields(document),
    ].join("\n");
  } catch (error) {
    throw new CommandError(
      `Generating types from openapi/${client}.json failed: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function writeTable(document: JsonObject): string {
  const summaries = new Map(
    listOperations(document).map(({ method, path, operation }) => [
      `${method.toUpperCase()} ${path}`,
      operation.summary,
    ]),
  );
  const lines = Object.entries(nameResources(document)).map(([resource, methods]) => {
    const entries = Object.entries(methods).map(
      ([name, entry]) =>
        `${commentOf(summaries.get(`${entry.method} ${entry.path}`))}        ${keyOf(name)}: ${literalOf(entry)},\n`,
    );
    return `    ${keyOf(resource)}: {\n${entries.join("")}    },\n`;
  });
  return `/** Every operation, except those for tokens, by resource. */\nexport const resources = {\n${lines.join("")}} as const;\n`;
}

const literalOf = (entry: ResourceMethod): string =>
  `{ ${Object.entries(entry)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(", ")} }`;

/** Returns the comment that editors show at the methods of a client, whose types carry the comments of the table. */
const commentOf = (summary: Json | undefined): string =>
  typeof summary === "string" ? `        /** ${summary.replaceAll("*/", "* /").replaceAll(/\s+/g, " ")} */\n` : "";

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
