import { Validator } from "@seriousme/openapi-schema-validator";
import { CommandError } from "../../command/command-error.ts";
import { dropKeys, isObject, type JsonObject, mapValues } from "../model/json.ts";
import { dropData, mapParts } from "../model/map-parts.ts";
import { unescapeStep } from "../model/references.ts";
import { checkReferences } from "./check-references.ts";

/** Generates the code that validates in half the time. The code is used for one document, so it need not be optimal. */
const validator = new Validator({ validateSchema: false, inlineRefs: false, code: { optimize: false } });

/** Throws for a document that is not valid OpenAPI, or that refers to something that it does not contain. */
export async function validateDocument(document: JsonObject, source: string): Promise<void> {
  checkReferences(document, source);
  const { valid, errors } = await validator.validate(forValidator(document));
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
  const bare = mapParts(document, (part, inside) => {
    const plain = dropKeys(inside(renameProperties(dropData(part))), key => anchors.has(key));
    const [, kind, name = ""] = /^#\/components\/(\w+)\/([^/]+)$/.exec(String(plain.$ref)) ?? [];
    return kind === undefined ? plain : { ...plain, $ref: `#/components/${kind}/${toAscii(unescapeStep(name))}` };
  });
  if (!isObject(bare) || !isObject(bare.components)) return document;
  const components = mapValues(bare.components, named => (isObject(named) ? nameInAscii(named) : named));
  return { ...bare, components };
}

const anchors = new Set(["$id", "$schema", "$anchor", "$dynamicAnchor", "$dynamicRef"]);

const renameProperties = (part: JsonObject): JsonObject =>
  isObject(part.properties) && Object.keys(part.properties).some(name => name.startsWith("$"))
    ? { ...part, properties: nameInAscii(part.properties) }
    : part;

const nameInAscii = (parts: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [toAscii(name), part]));

const toAscii = (name: string): string =>
  name.replaceAll(/[^\w.-]/gu, character => `_${character.codePointAt(0)?.toString(16)}_`);

const depth = (pointer: string): number => pointer.split("/").length;
