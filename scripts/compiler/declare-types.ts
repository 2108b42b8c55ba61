import type { GlobalContext } from "openapi-typescript";
import { resolveRef, scanDiscriminators } from "openapi-typescript/dist/lib/utils.mjs";
import transformSchema from "openapi-typescript/dist/transform/index.mjs";
import ts from "typescript";
import { copyDeep, isObject, type JsonObject, mapValues } from "../document/model/json.ts";
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
  const own = mapValues(rewriteCompositions(withoutData(document)), (part, key) =>
    key === "components" && isObject(part) ? copyComponents(part) : part,
  );
  const schema = { openapi: "3.1.0", info: { title: "", version: "" }, ...own };
  const context: Partial<GlobalContext> = {
    ...options,
    injectFooter: [],
    transform: (_, { path = "" }) => fileType(path),
    discriminators: scanDiscriminators(schema, options),
    resolve: pointer => resolveRef(schema, pointer, { silent: true }),
  };
  // Missing settings are off, or concern the validation.
  return transformSchema(schema, context as GlobalContext);
}

/** Copies the schemas, which the library changes, and omits examples, which it would walk through for no type. */
const copyComponents = ({ examples: _, schemas = {}, ...components }: JsonObject): JsonObject => ({
  ...components,
  schemas: copyDeep(schemas),
});

const STRING = ts.factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword);
const BYTES = ts.factory.createTypeReferenceNode("Uint8Array", [ts.factory.createTypeReferenceNode("ArrayBuffer")]);

/** Returns the type of a response that is not JSON, as the client reads it: a text or bytes, whatever the schema is. */
function fileType(path: string): ts.TypeNode | undefined {
  const [, mediaType = "json"] = /\/responses\/[^/]+\/content\/([^/]+)$/.exec(path) ?? [];
  if (mediaType.includes("json")) return undefined;
  return /^text~|xml|zpl/.test(mediaType) ? STRING : BYTES;
}
