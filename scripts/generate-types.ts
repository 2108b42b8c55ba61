import openapiTS, { astToString } from "openapi-typescript";
import { CommandError } from "./command-error.ts";
import type { JsonObject } from "./document/json.ts";

/** How a generated file begins; only files that begin so are ever removed. */
export const generatedMark = "// Generated from openapi/";

/** The TypeScript types of a client's document. */
export async function generateTypes(client: string, document: JsonObject): Promise<string> {
  try {
    const nodes = await openapiTS(JSON.stringify(document), {
      alphabetize: false,
      // A default is what the server takes for an absent value: the caller may still leave it out.
      defaultNonNullable: false,
      // An object of which nothing is described may hold anything.
      emptyObjectsUnknown: true,
      exportType: false,
      immutable: false,
      silent: true,
    });
    return `${generatedMark}${client}.json by scripts/generate.ts. Do not edit.\n\n${astToString(nodes)}`;
  } catch (error) {
    throw new CommandError(
      `openapi/${client}.json can't be made into types: ${error instanceof Error ? error.message : error}`,
    );
  }
}
