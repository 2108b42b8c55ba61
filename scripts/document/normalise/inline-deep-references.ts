import { CommandError } from "../../command/command-error.ts";
import { isObject, type Json, type JsonObject } from "../model/json.ts";
import { mapParts } from "../model/map-parts.ts";
import { targetOf } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/** Authors use few such references. A document that inlines more text than this is built to exhaust memory. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * Replaces deep references by their targets: references into `paths`, or into the inside of a component. TypeScript
 * cannot follow such a reference, because a property on its path may be optional. References to whole components stay.
 */
export function inlineDeepReferences(document: JsonObject): StepResult {
  const known = new Map<string, { target: Json; length: number }>();
  let [count, characters] = [0, 0];
  const inline = (value: Json, open: readonly string[]): Json =>
    mapParts(value, (part, inside) => {
      const { $ref } = part;
      if (typeof $ref !== "string" || !isDeep($ref)) return inside(part);
      const found = known.get($ref) ?? resolve($ref, open);
      // The validator reports references without a target.
      if (found === undefined) return part;
      known.set($ref, found);
      count++;
      characters += found.length;
      if (characters > MAX_CHARACTERS)
        throw new CommandError(
          "The document has too many references into the inside of components. Check where it came from.",
        );
      return found.target;
    });
  const resolve = (pointer: string, open: readonly string[]) => {
    if (open.includes(pointer))
      throw new CommandError(`The document's reference ${pointer} refers to itself. Correct the document.`);
    const target = targetOf(document, pointer);
    if (target === undefined) return undefined;
    const inlined = inline(target, [...open, pointer]);
    return { target: inlined, length: JSON.stringify(inlined).length };
  };
  const result = inline(document, []);
  return {
    document: isObject(result) ? result : document,
    findings: [{ what: "deep references inlined", count }],
  };
}

const isDeep = (pointer: string): boolean => pointer.startsWith("#/") && !/^#\/components\/[^/]+\/[^/]+$/.test(pointer);
