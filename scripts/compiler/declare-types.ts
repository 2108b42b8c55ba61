import { type GlobalContext, resolveRef, scanDiscriminators, transformSchema } from "openapi-typescript";
import type ts from "typescript";
import type { JsonObject } from "../document/model/json.ts";
import { withoutData } from "../document/model/map-parts.ts";
import { rewriteCompositions } from "./rewrite-compositions.ts";

const options = {
  alphabetize: false,
  // The server uses a default for a missing value, so the caller may still omit the value.
  defaultNonNullable: false,
  // An object that declares no fields may contain anything.
  emptyObjectsUnknown: true,
  exportType: false,
  immutable: false,
  silent: true,
};

/**
 * Returns the declarations of a document's types, as openapi-typescript writes them.
 *
 * The main function of the library validates the document first, which takes three times as long as the rest. The
 * documents here are valid, and their references are checked.
 */
export function declareTypes(document: JsonObject): ts.Node[] {
  // The library changes the document.
  const copy = structuredClone(rewriteCompositions(withoutData(document)));
  const schema = { openapi: "3.1.0", info: { title: "", version: "" }, ...copy };
  const context: Partial<GlobalContext> = {
    ...options,
    injectFooter: [],
    discriminators: scanDiscriminators(schema, options),
    resolve: pointer => resolveRef(schema, pointer, { silent: true }),
  };
  // Missing settings are off, or concern the validation.
  return transformSchema(schema, context as GlobalContext);
}
