import openapiTS from "openapi-typescript";
import { CommandError } from "../command/command-error.ts";
import { isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { listOperations, mapOperations } from "../document/model/operations.ts";
import { checkReferences } from "../document/read/check-references.ts";
import { dateFields } from "./date-fields.ts";
import { describeValues } from "./describe-constraints.ts";
import { nameResources, type ResourceMethod } from "./name-resources.ts";
import { shapeTypes } from "./tidy-types.ts";

/** How a generated file begins; only files that begin so are ever removed. */
export const generatedMark = "// Generated from openapi/";

/** The TypeScript types of a client's document, and the table of its resources. */
export async function generateTypes(client: string, document: JsonObject): Promise<string> {
  // The library reads what references lead to, wherever that is.
  checkReferences(document, `openapi/${client}.json`);
  try {
    const nodes = await openapiTS(JSON.stringify(withoutFilters(describeValues(document))), {
      alphabetize: false,
      // A default is what the server takes for an absent value: the caller may still leave it out.
      defaultNonNullable: false,
      // An object of which nothing is described may hold anything.
      emptyObjectsUnknown: true,
      exportType: false,
      immutable: false,
      silent: true,
    });
    return [
      `${generatedMark}${client}.json by scripts/generate.ts. Do not edit.\n`,
      shapeTypes(nodes, document),
      writeTable(document),
      declareDateFields(document),
    ].join("\n");
  } catch (error) {
    throw new CommandError(
      `openapi/${client}.json can't be made into types: ${error instanceof Error ? error.message : error}`,
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

const declareDateFields = (
  document: JsonObject,
): string => `/** The fields that hold a date in every answer that has them. */
export const dateFields = ${JSON.stringify(dateFields(document))} as const;
`;

/** Lists without the query parameters that their filter has: these become one type, and are not written out for each. */
const withoutFilters = (document: JsonObject): JsonObject =>
  mapOperations(document, ({ operation }) => {
    if (operation["x-filter"] === undefined || !Array.isArray(operation.parameters)) return operation;
    return { ...operation, parameters: operation.parameters.filter(parameter => !isQuery(parameter)) };
  });

const isQuery = (parameter: Json): boolean => isObject(parameter) && parameter.in === "query";
