import { isDeepStrictEqual } from "node:util";
import { jsonpath } from "json-p3";
import { copyDeep, isObject, type Json, type JsonObject } from "../model/json.ts";
import { referencesIn, targetOf } from "../model/references.ts";
import type { Finding, StepResult } from "./finding.ts";

/** An OpenAPI Overlay 1.0. */
export interface Overlay {
  /** The path of its file, for findings. */
  file: string;
  /** If true, the overlay corrects QBench's own document, and documents of other vendors stay as they are. */
  isForQBench?: boolean;
  actions: OverlayAction[];
}

export interface OverlayAction {
  /** A JSONPath (RFC 9535). */
  target: string;
  /** The line of the action in its file, for findings. */
  line?: number;
  description?: string;
  update?: Json;
  remove?: boolean;
}

/**
 * Applies an OpenAPI Overlay to a document, and finds the actions whose target the document does not have. It does not
 * append an entry that a list already has, so that an overlay can be applied to its own result.
 */
export const applyOverlay =
  ({ file, actions }: Overlay) =>
  (document: JsonObject): StepResult => {
    const result = copyDeep(document);
    const missed: OverlayAction[] = [];
    for (const action of actions) {
      const nodes = jsonpath.query(action.target, result).nodes;
      if (nodes.length === 0) missed.push(action);
      // From the end, so that removing an item of a list does not shift items that are still to be removed.
      for (const { location } of nodes.toReversed()) {
        if (action.remove === true) removeAt(result, location);
        else if (action.update !== undefined) updateAt(result, location, action.update);
      }
    }
    return {
      document: result,
      findings: [
        { what: `actions applied from ${file}, of ${actions.length}`, count: actions.length - missed.length },
        { what: `actions without a target, at ${file}:${missed.map(lineOf).join(", :")}`, count: missed.length },
      ],
    };
  };

/**
 * Returns the overlays without the actions that refer to something that the resulting document does not have, such as
 * a schema that the vendor renamed, and a finding for each of these actions.
 */
export function dropUnresolved(result: JsonObject, overlays: readonly Overlay[]): OverlaySelection {
  const missing = [...referencesIn(result)].filter(pointer => targetOf(result, pointer) === undefined);
  const findings: Finding[] = [];
  const kept = overlays.map(overlay => ({
    ...overlay,
    actions: overlay.actions.filter(action => {
      const references = referencesOf(action);
      const unresolved = missing.find(pointer => references.has(pointer));
      if (unresolved === undefined) return true;
      const what = `action skipped at ${overlay.file}:${lineOf(action)}, because the document does not have ${unresolved}`;
      findings.push({ what, count: 1 });
      return false;
    }),
  }));
  return { overlays: kept, findings };
}

/** Returns the references in an action. Its update may be a map of names, and where a name such as `default` is not a keyword. */
export const referencesOf = ({ update = null }: OverlayAction): Set<string> =>
  referencesIn([update, { properties: update }]);

const lineOf = ({ line }: OverlayAction): number | string => line ?? "?";

export interface OverlaySelection {
  overlays: Overlay[];
  findings: Finding[];
}

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

/** Merges the update into the target. If the target is a list, the update becomes one more entry. */
const mergeTarget = (target: Json | undefined, update: Json): Json =>
  Array.isArray(target) && !Array.isArray(update) ? merge(target, [update]) : merge(target, update);

/** Returns true for equal entries, and for parameters with the same name and location: later steps may change them. */
const isSame = (present: Json, entry: Json): boolean =>
  isDeepStrictEqual(present, entry) ||
  (isObject(present) &&
    isObject(entry) &&
    typeof entry.in === "string" &&
    entry.in === present.in &&
    entry.name === present.name);

function merge(target: Json | undefined, update: Json): Json {
  if (Array.isArray(target) && Array.isArray(update)) {
    return [...target, ...copyDeep(update.filter(entry => !target.some(present => isSame(present, entry))))];
  }
  if (!isObject(target) || !isObject(update)) return copyDeep(update);
  const merged = { ...target };
  for (const [key, value] of Object.entries(update)) merged[key] = merge(merged[key], value);
  return merged;
}
