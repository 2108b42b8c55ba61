import { canonical, get, isObject, type Json, type JsonObject } from "../model/json.ts";
import type { Bump, Change, Directions } from "./change.ts";
import { covers, nameOf, valueTypes } from "./value-types.ts";

/**
 * What changed from one schema to another, for those who send it and those who get it. What a request may hold can grow, and
 * what an answer may hold can shrink, without anyone having to change; the other way round somebody has to.
 */
export function compareSchemas(
  subject: string,
  before: Json | undefined,
  after: Json | undefined,
  directions: Directions,
): Change[] {
  const changes: Change[] = [];
  const report = (bump: Bump, place: string, what: string): void => {
    // The vendor's names end up in a changelog, which is Markdown.
    const name = place.replaceAll(/[\s`]+/g, " ");
    changes.push({ bump, subject, what: name === "" ? what : `\`${name}\` ${what}` });
  };
  /** Grown: more values than before. In a request that is room, in an answer it is something new to deal with. */
  const grown = (): Bump => (directions.answered ? "major" : "minor");
  const shrunk = (): Bump => (directions.sent ? "major" : "minor");

  const compareAt = (old: Json | undefined, now: Json | undefined, place: string): void => {
    compareText(old, now, place);
    compareLimits(old, now, place);
    compareDefaults(old, now, place);
    const [oldItems, newItems] = [itemsOf(old), itemsOf(now)];
    if (hasProperties(old) && hasProperties(now)) {
      compareNull(old, now, place);
      compareObjects(old, now, place);
      compareParts(old, now, place);
    } else if (oldItems !== undefined && newItems !== undefined) {
      compareNull(old, now, place);
      compareAt(oldItems, newItems, `${place}[]`);
    } else if (isAnyObject(old) && hasProperties(now)) {
      report("major", place, "is described field by field");
    } else if (hasProperties(old) && isAnyObject(now)) {
      report("major", place, "is no longer described field by field");
    } else if (compareParts(old, now, place)) {
      compareNull(old, now, place);
    } else {
      compareTypes(valueTypes(old), valueTypes(now), place);
    }
    compareIntegers(old, now, place);
    compareOpenness(old, now, place);
    compareRest(old, now, place);
  };

  /** What schemas are put together of, part by part where just some of them changed on the inside; false when that is not so. */
  const compareParts = (old: Json | undefined, now: Json | undefined, place: string): boolean => {
    const key = ["allOf", "anyOf", "oneOf"].find(each => get(old, each) !== undefined && get(now, each) !== undefined);
    const [before, after] = [get(old, key ?? ""), get(now, key ?? "")];
    if (!Array.isArray(before) || !Array.isArray(after)) return false;
    const [known, next] = [new Set(before.map(canonical)), new Set(after.map(canonical))];
    const [gone, added] = [before.filter(x => !next.has(canonical(x))), after.filter(x => !known.has(canonical(x)))];
    if (gone.length !== added.length || ![...gone, ...added].every(isStructure)) return false;
    for (const [index, part] of gone.entries()) compareAt(part, added[index], place);
    return true;
  };

  const compareNull = (old: Json | undefined, now: Json | undefined, place: string): void => {
    const [was, is] = [isNullable(old), isNullable(now)];
    if (!was && is) report(grown(), place, "may be null");
    if (was && !is) report(shrunk(), place, "is no longer null");
  };

  /** Which for TypeScript are numbers as any, and for QBench are not. */
  const compareIntegers = (old: Json | undefined, now: Json | undefined, place: string): void => {
    if (!directions.sent) return;
    const [was, is] = [get(old, "type"), get(now, "type")];
    if (was === "integer" && is === "number") report("minor", place, "may be a fraction");
    if (was === "number" && is === "integer") report("major", place, "is an integer");
  };

  /** Keywords that nothing here knows: whoever depends on them has to look. */
  const compareRest = (old: Json | undefined, now: Json | undefined, place: string): void => {
    const keys = new Set([old, now].flatMap(schema => (isObject(schema) ? Object.keys(schema) : [])));
    for (const key of keys) {
      if (judged.has(key) || key.startsWith("x-")) continue;
      if (canonical(get(old, key) ?? null) === canonical(get(now, key) ?? null)) continue;
      report(directions.sent || !valueLimits.has(key) ? "major" : "patch", place, `has another ${key}`);
    }
  };

  const compareTypes = (old: readonly string[], now: readonly string[], place: string): void => {
    const [known, next] = [new Set(old), new Set(now)];
    const added = now.filter(type => !known.has(type));
    const gone = old.filter(type => !next.has(type));
    if (added.length === 0 && gone.length === 0) return;
    const [isWider, isNarrower] = [covers(now, old), covers(old, now)];
    const list = (types: readonly string[]) => types.map(type => `\`${type.replaceAll(/[\s`]+/g, " ")}\``).join(" or ");
    if (isWider && isNarrower) return;
    if (isWider && gone.length === 0) report(grown(), place, `may be ${list(added)}`);
    else if (isNarrower && added.length === 0) report(shrunk(), place, `is no longer ${list(gone)}`);
    else
      report(
        isWider ? grown() : isNarrower ? shrunk() : "major",
        place,
        `is ${list(added.length > 0 ? added : now)}, was ${list(gone.length > 0 ? gone : old)}`,
      );
  };

  const compareObjects = (old: JsonObject, now: JsonObject, place: string): void => {
    const [oldProperties, newProperties] = [propertiesOf(old), propertiesOf(now)];
    for (const name of new Set([...Object.keys(oldProperties), ...Object.keys(newProperties)])) {
      const at = place === "" ? name : `${place}.${name}`;
      const [was, is] = [Object.hasOwn(oldProperties, name), Object.hasOwn(newProperties, name)];
      const [wasNeeded, isNeeded] = [isRequired(old, name), isRequired(now, name)];
      if (!was)
        report(directions.sent && isNeeded ? "major" : "minor", at, isNeeded ? "is new and required" : "is new");
      else if (!is) report("major", at, "is gone");
      else {
        if (!wasNeeded && isNeeded) report(directions.sent ? "major" : "minor", at, "is required");
        if (wasNeeded && !isNeeded) report(directions.answered ? "major" : "minor", at, "is optional");
        compareAt(oldProperties[name], newProperties[name], at);
      }
    }
  };

  /** What stands under keys that are not declared. */
  const compareOpenness = (old: Json | undefined, now: Json | undefined, place: string): void => {
    const [was, is] = [openTo(old), openTo(now)];
    const at = place === "" ? "*" : `${place}.*`;
    if (was === undefined && is !== undefined) report("minor", at, `may hold ${nameOf(valueTypes(is))}`);
    if (was !== undefined && is === undefined) report("major", at, "is gone");
    if (was !== undefined && is !== undefined) compareAt(was, is, at);
  };

  const compareLimits = (old: Json | undefined, now: Json | undefined, place: string): void => {
    for (const [key, isUpper] of limits) {
      const [was, is] = [get(old, key), get(now, key)];
      if (was === is) continue;
      const isTighter = typeof is === "number" && (typeof was !== "number" || (isUpper ? is < was : is > was));
      const bump = directions.sent ? (isTighter ? "major" : "minor") : "patch";
      report(
        bump,
        place,
        is === undefined ? `has no ${key} any more` : `has ${key} ${is}${was === undefined ? "" : `, was ${was}`}`,
      );
    }
    for (const key of ["format", "pattern"]) {
      const [was, is] = [get(old, key), get(now, key)];
      if (was !== is)
        report(
          key === "pattern" && directions.sent ? "major" : "patch",
          place,
          `has ${key} ${is ?? "no more"}, was ${was ?? "none"}`,
        );
    }
  };

  const compareDefaults = (old: Json | undefined, now: Json | undefined, place: string): void => {
    const [was, is] = [JSON.stringify(get(old, "default")), JSON.stringify(get(now, "default"))];
    if (was !== is)
      report(directions.sent ? "minor" : "patch", place, `defaults to ${is ?? "nothing"}, was ${was ?? "nothing"}`);
  };

  const compareText = (old: Json | undefined, now: Json | undefined, place: string): void => {
    if (get(old, "deprecated") !== true && get(now, "deprecated") === true) report("minor", place, "is deprecated");
    const text = (schema: Json | undefined) =>
      JSON.stringify([get(schema, "description"), get(schema, "title"), get(schema, "example")]);
    if (text(old) !== text(now)) report("patch", place, "is described in other words");
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

/** What is compared by name above, or is for people only. */
const judged = new Set([
  ...["$comment", "description", "title", "example", "examples", "externalDocs", "xml", "deprecated", "default"],
  ...["$ref", "type", "nullable", "enum", "const", "allOf", "anyOf", "oneOf", "items", "properties", "required"],
  ...["additionalProperties", "format", "pattern", ...limits.map(([key]) => key)],
]);

/** Keywords that narrow values and leave types alone. */
const valueLimits = new Set([
  ...["multipleOf", "exclusiveMinimum", "exclusiveMaximum", "minProperties", "maxProperties", "uniqueItems"],
  ...["contains", "minContains", "maxContains", "contentEncoding", "contentMediaType", "propertyNames"],
]);

const hasProperties = (schema: Json | undefined): schema is JsonObject => get(schema, "properties") !== undefined;

const isAnyObject = (schema: Json | undefined): boolean =>
  get(schema, "type") === "object" && !hasProperties(schema) && openTo(schema) === undefined;

/** Whether there is an inside to compare: what is referred to is compared under its own name. */
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
