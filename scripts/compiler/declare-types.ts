import openapiTS from "openapi-typescript";
import type ts from "typescript";
import type { JsonObject } from "../document/model/json.ts";
import { withoutData } from "../document/model/map-parts.ts";
import { rewriteCompositions } from "./rewrite-compositions.ts";

/** Returns the declarations of a document's types, as openapi-typescript writes them. */
export const declareTypes = (document: JsonObject): Promise<ts.Node[]> =>
  openapiTS(JSON.stringify(rewriteCompositions(withoutData(document))), {
    alphabetize: false,
    // The server uses a default for a missing value, so the caller may still omit the value.
    defaultNonNullable: false,
    // An object that declares no fields may contain anything.
    emptyObjectsUnknown: true,
    exportType: false,
    immutable: false,
    silent: true,
  });
