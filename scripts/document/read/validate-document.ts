import { Validator } from "@seriousme/openapi-schema-validator";
import { CommandError } from "../../command/command-error.ts";
import type { JsonObject } from "../model/json.ts";
import { checkReferences } from "./check-references.ts";

/** Throws for a document that is not valid OpenAPI, or that refers to something that it does not contain. */
export async function validateDocument(document: JsonObject, source: string): Promise<void> {
  checkReferences(document, source);
  // A clone, because the validator may change its argument.
  const { valid, errors } = await new Validator().validate(structuredClone(document));
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

const depth = (pointer: string): number => pointer.split("/").length;
