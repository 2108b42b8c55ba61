import { isDeepStrictEqual } from "node:util";
import { jsonpath } from "json-p3";
import { isObject, type Json, type JsonObject } from "../model/json.ts";
import type { StepResult } from "./finding.ts";

/** An OpenAPI Overlay 1.0; `place` names its file in findings. */
export interface Overlay {
  place: string;
  actions: OverlayAction[];
}

export interface OverlayAction {
  /** A JSONPath (RFC 9535). */
  target: string;
  description?: string;
  update?: Json;
  remove?: boolean;
}

/**
 * Changes a document as an OpenAPI Overlay says. An entry that a list already has is not appended again, so that an overlay
 * can be applied to its own result.
 */
export const applyOverlay =
  ({ place, actions }: Overlay) =>
  (document: JsonObject): StepResult => {
    const result = structuredClone(document);
    let count = 0;
    for (const action of actions) {
      const nodes = jsonpath.query(action.target, result).nodes;
      if (nodes.length > 0) count++;
      // From the end, so that what is removed from a list moves nothing that is still to be removed.
      for (const { location } of nodes.toReversed()) {
        if (action.remove === true) removeAt(result, location);
        else if (action.update !== undefined) updateAt(result, location, action.update);
      }
    }
    return { document: result, findings: [{ what: `actions of ${place}, of ${actions.length}`, count }] };
  };

type Location = readonly (string | number)[];

function parentOf(document: JsonObject, location: Location): Json | undefined {
  return location
    .slice(0, -1)
    .reduce<Json | undefined>((at, step) => (Array.isArray(at) ? at[Number(step)] : childOf(at, step)), document);
}

const childOf = (value: Json | undefined, key: string | number): Json | undefined =>
  isObject(value) ? value[key] : undefined;

function removeAt(document: JsonObject, location: Location): void {
  const parent = parentOf(document, location);
  const key = location.at(-1);
  if (key === undefined) return;
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (isObject(parent)) delete parent[key];
}

function updateAt(document: JsonObject, location: Location, update: Json): void {
  const parent = parentOf(document, location);
  const key = location.at(-1);
  if (key === undefined) Object.assign(document, merge(document, update));
  else if (Array.isArray(parent)) parent[Number(key)] = mergeTarget(parent[Number(key)], update);
  else if (isObject(parent)) parent[key] = mergeTarget(parent[key], update);
}

/** A list that is the target itself gets the update as one more entry. */
const mergeTarget = (target: Json | undefined, update: Json): Json =>
  Array.isArray(target) && !Array.isArray(update) ? merge(target, [update]) : merge(target, update);

/** A parameter is the same by its place and name, whatever later steps made of it. */
const isSame = (present: Json, entry: Json): boolean =>
  isDeepStrictEqual(present, entry) ||
  (isObject(present) &&
    isObject(entry) &&
    typeof entry.in === "string" &&
    entry.in === present.in &&
    entry.name === present.name);

function merge(target: Json | undefined, update: Json): Json {
  if (Array.isArray(target) && Array.isArray(update)) {
    return [...target, ...update.filter(entry => !target.some(present => isSame(present, entry)))];
  }
  if (!isObject(target) || !isObject(update)) return structuredClone(update);
  const merged = { ...target };
  for (const [key, value] of Object.entries(update)) merged[key] = merge(merged[key], value);
  return merged;
}
