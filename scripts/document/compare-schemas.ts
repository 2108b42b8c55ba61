import type { Bump, Change, Directions } from "./change.ts";
import { get, isObject, type Json, type JsonObject } from "./json.ts";
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
    changes.push({ bump, subject, what: place === "" ? what : `\`${place}\` ${what}` });
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
    } else if (oldItems !== undefined && newItems !== undefined) {
      compareNull(old, now, place);
      compareAt(oldItems, newItems, `${place}[]`);
    } else {
      compareTypes(valueTypes(old), valueTypes(now), place);
    }
    compareOpenness(old, now, place);
  };

  const compareNull = (old: Json | undefined, now: Json | undefined, place: string): void => {
    const [was, is] = [get(old, "nullable") === true, get(now, "nullable") === true];
    if (!was && is) report(grown(), place, "may be null");
    if (was && !is) report(shrunk(), place, "is no longer null");
  };

  const compareTypes = (old: readonly string[], now: readonly string[], place: string): void => {
    const added = now.filter(type => !old.includes(type));
    const gone = old.filter(type => !now.includes(type));
    if (added.length === 0 && gone.length === 0) return;
    const [isWider, isNarrower] = [covers(now, old), covers(old, now)];
    const list = (types: readonly string[]) => types.map(type => `\`${type}\``).join(" or ");
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
    if (was === is) return;
    const at = place === "" ? "*" : `${place}.*`;
    if (was === undefined) report("minor", at, `may hold ${is}`);
    else if (is === undefined) report("major", at, "is gone");
    else report("major", at, `holds ${is}, was ${was}`);
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

const hasProperties = (schema: Json | undefined): schema is JsonObject => get(schema, "properties") !== undefined;

const propertiesOf = (schema: JsonObject): JsonObject => (isObject(schema.properties) ? schema.properties : {});

const itemsOf = (schema: Json | undefined): Json | undefined =>
  get(schema, "type") === "array" ? get(schema, "items") : undefined;

const isRequired = (schema: JsonObject, name: string): boolean =>
  Array.isArray(schema.required) && schema.required.includes(name);

function openTo(schema: Json | undefined): string | undefined {
  const open = get(schema, "additionalProperties");
  if (open === undefined || open === false) return undefined;
  return open === true ? "anything" : nameOf(valueTypes(open));
}
