import { canonical, type Json, type JsonObject } from "../model/json.ts";
import { type Bump, type Directions, relaxed, tightened } from "./change.ts";
import { codeOf } from "./words.ts";

/** How a keyword limits values: a larger number allows more, or fewer. */
const numbers = new Map([
  ...["maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties", "maxContains"].map(
    key => [key, "upper"] as const,
  ),
  ...["minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties", "minContains"].map(
    key => [key, "lower"] as const,
  ),
]);

/** Formats, each of whose values is valid in the other format too. */
const wider: Readonly<Record<string, string>> = { int32: "int64", float: "double" };

/** Keywords that types express, or that are compared elsewhere. */
const elsewhere = new Set([
  ...["title", "description", "example", "examples", "externalDocs", "xml", "$comment", "deprecated", "default"],
  ...["$ref", "type", "nullable", "enum", "allOf", "anyOf", "items", "properties", "required", "additionalProperties"],
  ...["readOnly", "writeOnly"],
]);

/** Other keywords that allow fewer values than a schema without them. The effect of all others is unknown. */
const limits = new Set([
  ...["format", "pattern", "multipleOf", "uniqueItems", "not", "contains", "propertyNames", "dependentRequired"],
  ...numbers.keys(),
]);

type Report = (bump: Bump, what: string) => void;

/** Reports differences in what schemas demand of values beyond their types, such as limits, formats and patterns. */
export function compareLimits(old: JsonObject, now: JsonObject, directions: Directions, report: Report): void {
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (elsewhere.has(key) || key.startsWith("x-")) continue;
    const [was, is] = [old[key], now[key]];
    if (canonical(was ?? null) === canonical(is ?? null)) continue;
    const effect = effectOf(key, was, is);
    const bump = effect === "tightened" ? tightened(directions) : effect === "relaxed" ? relaxed(directions) : "major";
    report(bump, describe(key, was, is));
  }
}

type Effect = "tightened" | "relaxed" | "changed";

function effectOf(key: string, was: Json | undefined, is: Json | undefined): Effect {
  if (!limits.has(key)) return "changed";
  if (was === undefined) return "tightened";
  if (is === undefined) return "relaxed";
  if (typeof was === "number" && typeof is === "number") {
    if (key === "multipleOf") return is % was === 0 ? "tightened" : was % is === 0 ? "relaxed" : "changed";
    const kind = numbers.get(key);
    if (kind !== undefined) return is < was === (kind === "upper") ? "tightened" : "relaxed";
  }
  if (key === "format" && wider[String(was)] === is) return "relaxed";
  if (key === "format" && wider[String(is)] === was) return "tightened";
  return "changed";
}

function describe(key: string, was: Json | undefined, is: Json | undefined): string {
  if (is === true) return `has ${key}`;
  if (is === undefined) return was === true ? `no longer has ${key}` : `no longer has ${key} ${show(was)}`;
  return `has ${key} ${show(is)}${was === undefined ? "" : `, was ${show(was)}`}`;
}

const show = (value: Json | undefined): string => codeOf(typeof value === "string" ? value : JSON.stringify(value));
