import { canonical, get, isObject, type Json, type JsonObject } from "../model/json.ts";
import type { Bump, Change, Directions } from "./change.ts";
import { covers, nameOf, valueTypes } from "./value-types.ts";

/**
 * Returns what changed from one schema to another. Widening a request is compatible, and so is narrowing a response.
 * The reverse breaks callers.
 */
export function compareSchemas(
  subject: string,
  before: Json | undefined,
  after: Json | undefined,
  directions: Directions,
): Change[] {
  const changes: Change[] = [];
  const report = (bump: Bump, path: string, what: string): void => {
    // The vendor's names appear in a changelog, which is Markdown.
    const name = path.replaceAll(/[\s`]+/g, " ");
    changes.push({ bump, subject, what: name === "" ? what : `\`${name}\` ${what}` });
  };
  /** The bump for accepting more values: callers may ignore them in a request, but must handle them in a response. */
  const widened = (): Bump => (directions.inResponse ? "major" : "minor");
  const narrowed = (): Bump => (directions.inRequest ? "major" : "minor");

  const compareAt = (old: Json | undefined, now: Json | undefined, path: string): void => {
    compareText(old, now, path);
    compareLimits(old, now, path);
    compareDefaults(old, now, path);
    const [oldItems, newItems] = [itemsOf(old), itemsOf(now)];
    if (hasProperties(old) && hasProperties(now)) {
      compareNull(old, now, path);
      compareObjects(old, now, path);
      compareParts(old, now, path);
    } else if (oldItems !== undefined && newItems !== undefined) {
      compareNull(old, now, path);
      compareAt(oldItems, newItems, `${path}[]`);
    } else if (isAnyObject(old) && hasProperties(now)) {
      report("major", path, "now declares its fields");
    } else if (hasProperties(old) && isAnyObject(now)) {
      report("major", path, "no longer declares its fields");
    } else if (compareParts(old, now, path)) {
      compareNull(old, now, path);
    } else {
      compareTypes(valueTypes(old), valueTypes(now), path);
    }
    compareIntegers(old, now, path);
    compareOpenness(old, now, path);
    compareRest(old, now, path);
  };

  /**
   * Compares the parts of composed schemas in pairs, if only the inside of some parts changed. Returns false otherwise.
   */
  const compareParts = (old: Json | undefined, now: Json | undefined, path: string): boolean => {
    const key = ["allOf", "anyOf", "oneOf"].find(each => get(old, each) !== undefined && get(now, each) !== undefined);
    const [before, after] = [get(old, key ?? ""), get(now, key ?? "")];
    if (!Array.isArray(before) || !Array.isArray(after)) return false;
    const [known, next] = [new Set(before.map(canonical)), new Set(after.map(canonical))];
    const removed = before.filter(part => !next.has(canonical(part)));
    const added = after.filter(part => !known.has(canonical(part)));
    if (removed.length !== added.length || ![...removed, ...added].every(isStructure)) return false;
    for (const [index, part] of removed.entries()) compareAt(part, added[index], path);
    return true;
  };

  const compareNull = (old: Json | undefined, now: Json | undefined, path: string): void => {
    const [was, is] = [isNullable(old), isNullable(now)];
    if (!was && is) report(widened(), path, "may be null");
    if (was && !is) report(narrowed(), path, "can no longer be null");
  };

  /** Compares integers with numbers: TypeScript does not distinguish them, but QBench does. */
  const compareIntegers = (old: Json | undefined, now: Json | undefined, path: string): void => {
    if (!directions.inRequest) return;
    const [was, is] = [get(old, "type"), get(now, "type")];
    if (was === "integer" && is === "number") report("minor", path, "may be a fraction");
    if (was === "number" && is === "integer") report("major", path, "must be an integer");
  };

  /** Compares keywords that this module does not know. A caller who depends on one has to check it. */
  const compareRest = (old: Json | undefined, now: Json | undefined, path: string): void => {
    const keys = new Set([old, now].flatMap(schema => (isObject(schema) ? Object.keys(schema) : [])));
    for (const key of keys) {
      if (comparedKeywords.has(key) || key.startsWith("x-")) continue;
      if (canonical(get(old, key) ?? null) === canonical(get(now, key) ?? null)) continue;
      report(directions.inRequest || !valueLimits.has(key) ? "major" : "patch", path, `has a different ${key}`);
    }
  };

  const compareTypes = (old: readonly string[], now: readonly string[], path: string): void => {
    const [known, next] = [new Set(old), new Set(now)];
    const added = now.filter(type => !known.has(type));
    const removed = old.filter(type => !next.has(type));
    if (added.length === 0 && removed.length === 0) return;
    const [isWider, isNarrower] = [covers(now, old), covers(old, now)];
    const list = (types: readonly string[]) => types.map(type => `\`${type.replaceAll(/[\s`]+/g, " ")}\``).join(" or ");
    if (isWider && isNarrower) return;
    if (isWider && removed.length === 0) report(widened(), path, `may be ${list(added)}`);
    else if (isNarrower && added.length === 0) report(narrowed(), path, `can no longer be ${list(removed)}`);
    else
      report(
        isWider ? widened() : isNarrower ? narrowed() : "major",
        path,
        `is ${list(added.length > 0 ? added : now)}, was ${list(removed.length > 0 ? removed : old)}`,
      );
  };

  const compareObjects = (old: JsonObject, now: JsonObject, path: string): void => {
    const [oldProperties, newProperties] = [propertiesOf(old), propertiesOf(now)];
    for (const name of new Set([...Object.keys(oldProperties), ...Object.keys(newProperties)])) {
      const at = path === "" ? name : `${path}.${name}`;
      const [was, is] = [Object.hasOwn(oldProperties, name), Object.hasOwn(newProperties, name)];
      const [wasNeeded, isNeeded] = [isRequired(old, name), isRequired(now, name)];
      if (!was)
        report(directions.inRequest && isNeeded ? "major" : "minor", at, isNeeded ? "is new and required" : "is new");
      else if (!is) report("major", at, "was removed");
      else {
        if (!wasNeeded && isNeeded) report(directions.inRequest ? "major" : "minor", at, "is now required");
        if (wasNeeded && !isNeeded) report(directions.inResponse ? "major" : "minor", at, "is now optional");
        compareAt(oldProperties[name], newProperties[name], at);
      }
    }
  };

  /** Compares the schemas of keys that are not declared. */
  const compareOpenness = (old: Json | undefined, now: Json | undefined, path: string): void => {
    const [was, is] = [openTo(old), openTo(now)];
    const at = path === "" ? "*" : `${path}.*`;
    if (was === undefined && is !== undefined) report("minor", at, `may contain ${nameOf(valueTypes(is))}`);
    if (was !== undefined && is === undefined) report("major", at, "was removed");
    if (was !== undefined && is !== undefined) compareAt(was, is, at);
  };

  const compareLimits = (old: Json | undefined, now: Json | undefined, path: string): void => {
    for (const [key, isUpper] of limits) {
      const [was, is] = [get(old, key), get(now, key)];
      if (was === is) continue;
      const isTighter = typeof is === "number" && (typeof was !== "number" || (isUpper ? is < was : is > was));
      const bump = directions.inRequest ? (isTighter ? "major" : "minor") : "patch";
      report(
        bump,
        path,
        is === undefined ? `no longer has ${key}` : `has ${key} ${is}${was === undefined ? "" : `, was ${was}`}`,
      );
    }
    for (const key of ["format", "pattern"]) {
      const [was, is] = [get(old, key), get(now, key)];
      if (was !== is)
        report(
          key === "pattern" && directions.inRequest ? "major" : "patch",
          path,
          is === undefined ? `no longer has ${key} ${was}` : `has ${key} ${is}, was ${was ?? "none"}`,
        );
    }
  };

  const compareDefaults = (old: Json | undefined, now: Json | undefined, path: string): void => {
    const [was, is] = [JSON.stringify(get(old, "default")), JSON.stringify(get(now, "default"))];
    if (was !== is)
      report(directions.inRequest ? "minor" : "patch", path, `defaults to ${is ?? "nothing"}, was ${was ?? "nothing"}`);
  };

  const compareText = (old: Json | undefined, now: Json | undefined, path: string): void => {
    if (get(old, "deprecated") !== true && get(now, "deprecated") === true) report("minor", path, "is deprecated");
    const text = (schema: Json | undefined) =>
      JSON.stringify([get(schema, "description"), get(schema, "title"), get(schema, "example")]);
    if (text(old) !== text(now)) report("patch", path, "has a different description");
  };

  compareAt(before, after, "");
  return changes;
}

const limits: readonly [key: string, isUpper: boolean][] = [
  ["maxLength", true],
  ["minLength", false],
  ["maximum", true],
  ["minimum", false],
  ["maxItems", true],
  ["minItems", false],
];

/** Keywords that are compared by name above, or that are for people only. */
const comparedKeywords = new Set([
  ...["$comment", "description", "title", "example", "examples", "externalDocs", "xml", "deprecated", "default"],
  ...["$ref", "type", "nullable", "enum", "const", "allOf", "anyOf", "oneOf", "items", "properties", "required"],
  ...["additionalProperties", "format", "pattern", ...limits.map(([key]) => key)],
]);

/** Keywords that limit values without changing types. */
const valueLimits = new Set([
  ...["multipleOf", "exclusiveMinimum", "exclusiveMaximum", "minProperties", "maxProperties", "uniqueItems"],
  ...["contains", "minContains", "maxContains", "contentEncoding", "contentMediaType", "propertyNames"],
]);

const hasProperties = (schema: Json | undefined): schema is JsonObject => get(schema, "properties") !== undefined;

const isAnyObject = (schema: Json | undefined): boolean =>
  get(schema, "type") === "object" && !hasProperties(schema) && openTo(schema) === undefined;

/**
 * Returns true if the schema has an inside to compare. A reference has none: its target is compared under its own name.
 */
const isStructure = (schema: Json): boolean =>
  ["properties", "items", "allOf", "anyOf", "oneOf", "additionalProperties"].some(
    key => get(schema, key) !== undefined,
  );

const isNullable = (schema: Json | undefined): boolean => valueTypes(schema).includes("null");

const propertiesOf = (schema: JsonObject): JsonObject => (isObject(schema.properties) ? schema.properties : {});

const itemsOf = (schema: Json | undefined): Json | undefined => get(schema, "items");

const isRequired = (schema: JsonObject, name: string): boolean =>
  Array.isArray(schema.required) && schema.required.includes(name);

function openTo(schema: Json | undefined): Json | undefined {
  const open = get(schema, "additionalProperties");
  return open === false ? undefined : open === true ? {} : open;
}
