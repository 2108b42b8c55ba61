import { Validator } from "@seriousme/openapi-schema-validator";
import { CommandError } from "../../command/command-error.ts";
import type { JsonObject } from "../model/json.ts";
import { checkReferences } from "./check-references.ts";

/** Refuses a document that isn't valid OpenAPI, or that refers to something it doesn't hold. */
export async function validateDocument(document: JsonObject, source: string): Promise<void> {
  checkReferences(document, source);
  // A copy: the document of a step is never changed.
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  if (valid) return;
  if (errors === undefined || typeof errors === "string") {
    throw new CommandError(`${source} is not valid OpenAPI: ${errors ?? "no reason was given"}`);
  }
  // Of alternatives that all failed, the deepest place is the one that is wrong.
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

const depth = (pointer: string): number => pointer.split("/").length;
