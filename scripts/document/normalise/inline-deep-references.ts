import { CommandError } from "../../command/command-error.ts";
import { get, isObject, type Json, type JsonObject, mapItems, mapValues } from "../model/json.ts";
import { unescapeStep } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/** A few references are an author's short cut; more text than this is a document made to grow for ever. */
const mostCharacters = 16 * 1024 * 1024;

/**
 * Puts what a reference into the inside of something leads to in its place: into `paths`, or into a part of a component. Types
 * can't be had through such a reference, since what lies on its way may be optional; through whole components they can.
 */
export function inlineDeepReferences(document: JsonObject): StepResult {
  const known = new Map<string, { target: Json; length: number }>();
  let [count, characters] = [0, 0];
  const inline = (value: Json, open: readonly string[]): Json => {
    if (Array.isArray(value)) return mapItems(value, item => inline(item, open));
    if (!isObject(value)) return value;
    const { $ref } = value;
    if (typeof $ref !== "string" || !isDeep($ref)) return mapValues(value, child => inline(child, open));
    const found = known.get($ref) ?? resolve($ref, open);
    // The validator tells of what leads nowhere.
    if (found === undefined) return value;
    known.set($ref, found);
    count++;
    characters += found.length;
    if (characters > mostCharacters)
      throw new CommandError("the document has too many references into the inside of things");
    return found.target;
  };
  const resolve = (pointer: string, open: readonly string[]) => {
    if (open.includes(pointer)) throw new CommandError(`the document's reference ${pointer} leads back to itself`);
    const target = follow(document, pointer);
    if (target === undefined) return undefined;
    const inlined = inline(target, [...open, pointer]);
    return { target: inlined, length: JSON.stringify(inlined).length };
  };
  const result = mapValues(document, value => inline(value, []));
  return {
    document: count === 0 ? document : result,
    findings: [{ what: "references into the inside of things put in place", count }],
  };
}

const isDeep = (pointer: string): boolean => pointer.startsWith("#/") && !/^#\/components\/[^/]+\/[^/]+$/.test(pointer);

const follow = (document: JsonObject, pointer: string): Json | undefined =>
  pointer
    .split("/")
    .slice(1)
    .map(unescapeStep)
    .reduce<Json | undefined>((at, step) => (Array.isArray(at) ? at[Number(step)] : get(at, step)), document);
