import { Validator } from "@seriousme/openapi-schema-validator";
import { CommandError } from "../../command/command-error.ts";
import { isObject, type JsonObject, mapValues } from "../model/json.ts";
import { mapParts, withoutData } from "../model/map-parts.ts";
import { unescapeStep } from "../model/references.ts";
import { checkReferences } from "./check-references.ts";

/** Throws for a document that is not valid OpenAPI, or that refers to something that it does not contain. */
export async function validateDocument(document: JsonObject, source: string): Promise<void> {
  checkReferences(document, source);
  // A clone, because the validator may change its argument.
  const { valid, errors } = await new Validator().validate(structuredClone(forValidator(document)));
  if (valid) return;
  if (errors === undefined || typeof errors === "string") {
    throw new CommandError(`${source} is not valid OpenAPI: ${errors ?? "no reason was given"}`);
  }
  // If all alternatives of a schema failed, the error with the deepest path is the most specific.
  const [first] = errors.toSorted((a, b) => depth(b.instancePath) - depth(a.instancePath));
  const detail =
    first === undefined
      ? ""
      : Object.values(first.params)
          .filter(value => typeof value === "string")
          .join(", ");
  throw new CommandError(
    `${source} is not valid OpenAPI at ${first?.instancePath || "/"}: ${first?.message ?? ""}${detail && ` (${detail})`}`,
  );
}

/**
 * Returns the document as the validator can read it: without examples and without properties named `$ref`, which it
 * would take for references, without anchors, which types do not use, and with names in ASCII, as OpenAPI requires.
 */
function forValidator(document: JsonObject): JsonObject {
  const bare = mapParts(withoutData(document), (part, inside) => {
    const { $id, $schema, $anchor, $dynamicAnchor, $dynamicRef, ...rest } = renameProperties(inside(part));
    const target = /^#\/components\/(\w+)\/([^/]+)$/.exec(String(rest.$ref));
    return target === null
      ? rest
      : { ...rest, $ref: `#/components/${target[1]}/${toAscii(unescapeStep(target[2] ?? ""))}` };
  });
  if (!isObject(bare) || !isObject(bare.components)) return document;
  const components = mapValues(bare.components, named =>
    isObject(named) ? Object.fromEntries(Object.entries(named).map(([name, part]) => [toAscii(name), part])) : named,
  );
  return { ...bare, components };
}

const renameProperties = (part: JsonObject): JsonObject =>
  isObject(part.properties) && Object.keys(part.properties).some(name => name.startsWith("$"))
    ? {
        ...part,
        properties: Object.fromEntries(Object.entries(part.properties).map(([name, each]) => [toAscii(name), each])),
      }
    : part;

const toAscii = (name: string): string =>
  name.replaceAll(/[^\w.-]/gu, character => `_${character.codePointAt(0)?.toString(16)}_`);

const depth = (pointer: string): number => pointer.split("/").length;
