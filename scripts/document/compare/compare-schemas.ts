import { isDeepStrictEqual } from "node:util";
import { canonical, get, isObject, type Json, type JsonObject } from "../model/json.ts";
import { referredName, resolveSchema, schemasOf } from "../model/references.ts";
import { requiredOf } from "../model/required.ts";
import { type Bump, bumpFor, type Change, type Directions, relaxed, tightened } from "./change.ts";
import { compareLimits } from "./compare-limits.ts";
import { simplifySchema } from "./simplify-schema.ts";
import { covers, typeName, typeNames } from "./type-names.ts";
import { codeOf, listOf } from "./words.ts";

/** In characters. Deeper schemas would exceed the stack. */
const MAX_PATH = 500;

/** Keywords, and the type of the schemas in which they are compared. In other schemas, their effect is unknown. */
const structure = [
  ["properties", "object"],
  ["required", "object"],
  ["additionalProperties", "object"],
  ["items", "array"],
] as const;

/** A schema, and the document that its references refer to. */
export interface SchemaSide {
  document: JsonObject;
  schema: Json | undefined;
}

/** What happened to the value at a path of a schema. The path of the schema itself is empty. */
export interface SchemaChange extends Pick<Change, "bump" | "what" | "isDeprecation"> {
  path: string;
}

/**
 * Returns what changed from one schema to another. Allowing more is compatible in a request, and allowing less is in a
 * response. The reverse breaks callers. The order of parts and the way to write them do not count.
 */
export function compareSchemas(before: SchemaSide, after: SchemaSide, directions: Directions): SchemaChange[] {
  if (isDeepStrictEqual(before.schema, after.schema)) return [];
  const changes: SchemaChange[] = [];
  /** The pairs of schemas that were compared, and the bump for those with names. Schemas may contain themselves. */
  const compared = new Map<string, Bump | undefined>();
  const report = (bump: Bump, path: string, what: string): void => {
    changes.push({ bump, path, what });
  };
  const isRequestOnly = directions.inRequest && !directions.inResponse;
  const isResponseOnly = directions.inResponse && !directions.inRequest;

  const compareAt = (old: JsonObject, now: JsonObject, path: string): void => {
    if (path.length > MAX_PATH) {
      if (canonical(old) !== canonical(now)) report("major", path, "is nested too deeply to compare");
      return;
    }
    compareTexts(old, now, path);
    compareNull(old, now, path);
    if (referredName(old) ?? referredName(now)) compareReferences(old, now, path);
    else compareMeaning(old, now, path);
  };

  const compareMeaning = (old: JsonObject, now: JsonObject, path: string): void => {
    const [olds, news] = [alternativesOf(old), alternativesOf(now)];
    const known = new Set(news.map(meaningOf));
    const next = new Set(olds.map(meaningOf));
    const removed = olds.filter(each => !known.has(meaningOf(each)));
    const added = news.filter(each => !next.has(meaningOf(each)));
    for (const each of olds) {
      const same = news.find(other => meaningOf(other) === meaningOf(each));
      if (same === undefined || isDeepStrictEqual(each, same)) continue;
      if (olds.length > 1) compareTexts(each, same, path);
      compareOne(each, same, path);
    }
    for (const each of [...removed]) {
      const pair = mostSimilar(each, added);
      if (pair === undefined) continue;
      removed.splice(removed.indexOf(each), 1);
      added.splice(added.indexOf(pair), 1);
      if (olds.length > 1 || news.length > 1) compareTexts(each, pair, path);
      compareOne(each, pair, path);
    }
    compareTypes(removed, added, olds, news, path);
  };

  /** Compares references by name, because their targets are compared under these names. */
  const compareReferences = (old: JsonObject, now: JsonObject, path: string): void => {
    const [was, is] = [referredName(old), referredName(now)];
    if (was === is) return;
    const areNamed = was !== undefined && is !== undefined;
    const pair = areNamed ? JSON.stringify([was, is]) : canonical([old, now]);
    if (!compared.has(pair)) {
      compared.set(pair, undefined);
      const count = changes.length;
      compareMeaning(target(before.document, old), target(after.document, now), path);
      // Two records with different fields are two types, not one type with many changes.
      if (areNamed) compared.set(pair, bumpFor(changes.splice(count)));
    }
    const bump = compared.get(pair);
    if (areNamed && bump !== undefined) report(bump, path, `is ${codeOf(is)}, was ${codeOf(was)}`);
  };

  const compareOne = (old: JsonObject, now: JsonObject, path: string): void => {
    if (old.$ref !== undefined || now.$ref !== undefined) {
      compareReferences(old, now, path);
      return;
    }
    compareLimits(old, now, directions, (bump, what) => report(bump, path, what));
    compareDefaults(old, now, path);
    if (old.type === "integer" && now.type === "number") report(relaxed(directions), path, "may be a fraction");
    if (old.type === "number" && now.type === "integer")
      report(tightened(directions), path, directions.inRequest ? "must be an integer" : "is always an integer");
    if (old.enum !== undefined || now.enum !== undefined) {
      if (!isDeepStrictEqual(old.enum, now.enum)) compareTypes([old], [now], [old], [now], path);
    } else if (old.type === "object") {
      compareObjects(old, now, path);
      compareOpenness(old, now, path);
    } else if (old.type === "array") {
      compareAt(schemaIn(old.items), schemaIn(now.items), `${path}[]`);
    }
    for (const [key, type] of structure) {
      const isCompared = type === old.type && old.enum === undefined && now.enum === undefined;
      if (!isCompared && canonical(old[key] ?? null) !== canonical(now[key] ?? null)) {
        report("major", path, `has different ${codeOf(key)}`);
      }
    }
    if (canonical(old.allOf ?? null) !== canonical(now.allOf ?? null)) report("major", path, "consists of other parts");
  };

  const compareNull = (old: JsonObject, now: JsonObject, path: string): void => {
    const [was, is] = [isNullable(before.document, old), isNullable(after.document, now)];
    if (!was && is) report(relaxed(directions), path, "may be `null`");
    if (was && !is) report(tightened(directions), path, "can no longer be `null`");
  };

  const compareTypes = (
    removed: readonly JsonObject[],
    added: readonly JsonObject[],
    olds: readonly JsonObject[],
    news: readonly JsonObject[],
    path: string,
  ): void => {
    if (removed.length === 0 && added.length === 0) return;
    const [old, now] = [olds.flatMap(typeNames), news.flatMap(typeNames)];
    const [lost, gained] = [namesBesides(removed, now), namesBesides(added, old)];
    const [isWider, isNarrower] = [covers(now, old), covers(old, now)];
    if (lost.length === 0 && gained.length === 0) {
      report("major", path, "has other values");
    } else if (isWider && lost.length === 0) report(relaxed(directions), path, `may be ${listOf(gained, "or")}`);
    else if (isNarrower && gained.length === 0) {
      report(tightened(directions), path, `can no longer be ${listOf(lost, "or")}`);
    } else {
      const bump = isWider ? relaxed(directions) : isNarrower ? tightened(directions) : "major";
      report(
        bump,
        path,
        `is ${listOf(gained.length > 0 ? gained : now, "or")}, was ${listOf(lost.length > 0 ? lost : old, "or")}`,
      );
    }
  };

  const compareObjects = (old: JsonObject, now: JsonObject, path: string): void => {
    const [olds, news] = [fieldsOf(old), fieldsOf(now)];
    if (Object.keys(olds).length === 0 && Object.keys(news).length > 0 && isOpen(old) && !isOpen(now)) {
      report("major", path, "now declares its fields");
      return;
    }
    if (Object.keys(olds).length > 0 && Object.keys(news).length === 0 && !isOpen(old) && isOpen(now)) {
      report("major", path, "no longer declares its fields");
      return;
    }
    const required = [old.required, now.required].flat().filter(name => typeof name === "string");
    for (const name of new Set([...Object.keys(olds), ...Object.keys(news), ...required])) {
      const at = path === "" ? name : `${path}.${name}`;
      const [was, is] = [get(olds, name), get(news, name)];
      const [wasNeeded, isNeeded] = [requiredOf(old).includes(name), requiredOf(now).includes(name)];
      if (was === undefined && is !== undefined) {
        if (isHidden(is)) report("minor", at, `is new in ${isRequestOnly ? "responses" : "requests"}`);
        else {
          const bump = directions.inRequest && isNeeded ? "major" : "minor";
          report(bump, at, isNeeded ? "is new and required" : "is new");
        }
      } else if (was !== undefined && is === undefined) report(isHidden(was) ? "minor" : "major", at, "was removed");
      else if (isHidden(was) || isHidden(is)) {
        if (!isHidden(was)) report("major", at, `is now in ${isRequestOnly ? "responses" : "requests"} only`);
        else if (!isHidden(is)) report(isNeeded && directions.inRequest ? "major" : "minor", at, "is new");
      } else {
        if (!wasNeeded && isNeeded) report(tightened(directions), at, "is now required");
        if (wasNeeded && !isNeeded) report(relaxed(directions), at, "is now optional");
        compareMarks(schemaIn(was), schemaIn(is), isNeeded, at);
        compareAt(schemaIn(was), schemaIn(is), at);
      }
    }
  };

  /** Returns true for a field that the other direction alone contains. */
  const isHidden = (field: Json | undefined): boolean =>
    (isRequestOnly && get(field, "readOnly") === true) || (isResponseOnly && get(field, "writeOnly") === true);

  /** Compares the marks of a field in a schema for both directions. */
  const compareMarks = (old: JsonObject, now: JsonObject, isNeeded: boolean, at: string): void => {
    if (!directions.inRequest || !directions.inResponse) return;
    for (const [key, direction] of [
      ["readOnly", "responses"],
      ["writeOnly", "requests"],
    ] as const) {
      if (old[key] !== true && now[key] === true) report("major", at, `is now in ${direction} only`);
      if (old[key] === true && now[key] !== true) {
        report(key === "readOnly" && isNeeded ? "major" : "minor", at, `is not in ${direction} only any more`);
      }
    }
  };

  /** Compares the schemas of keys that are not declared. */
  const compareOpenness = (old: JsonObject, now: JsonObject, path: string): void => {
    const [was, is] = [old.additionalProperties, now.additionalProperties];
    const at = path === "" ? "*" : `${path}.*`;
    if (isObject(was) && isObject(is)) compareAt(was, is, at);
    else if (isObject(is)) report("minor", at, `may contain ${codeOf(typeName(is))}`);
    else if (isObject(was)) {
      if (Object.keys(fieldsOf(old)).length > 0 || Object.keys(fieldsOf(now)).length === 0)
        report("major", at, "was removed");
    } else if (was === undefined && is === false) {
      report(tightened(directions), path, "rejects fields that it does not declare");
    } else if (was === false && is === undefined) report("minor", path, "accepts fields that it does not declare");
  };

  const compareDefaults = (old: JsonObject, now: JsonObject, path: string): void => {
    const show = (value: Json | undefined) => (value === undefined ? "nothing" : codeOf(JSON.stringify(value)));
    const [was, is] = [old.default, now.default];
    if (canonical(was ?? null) === canonical(is ?? null)) return;
    report(directions.inRequest ? "minor" : "patch", path, `defaults to ${show(is)}, was ${show(was)}`);
  };

  const compareTexts = (old: JsonObject, now: JsonObject, path: string): void => {
    if (old.deprecated !== true && now.deprecated === true) {
      changes.push({ bump: "minor", path, what: "is deprecated", isDeprecation: true });
    }
    if (old.deprecated === true && now.deprecated !== true) report("patch", path, "is not deprecated any more");
    const text = ({ title, description, example, examples }: JsonObject) =>
      canonical([title ?? null, description ?? null, example ?? null, examples ?? null]);
    if (text(old) !== text(now)) report("patch", path, "has a different description");
  };

  compareAt(simplifySchema(before.document, before.schema), simplifySchema(after.document, after.schema), "");
  // A text of a union belongs to each of its alternatives.
  return [...new Map(changes.map(change => [JSON.stringify(change), change])).values()];
}

/** Returns the target of a reference, or the schema itself. */
const target = (document: JsonObject, schema: JsonObject): JsonObject =>
  referredName(schema) === undefined ? schema : simplifySchema(document, resolveSchema(document, schema));

function isNullable(document: JsonObject, schema: JsonObject): boolean {
  if (schema.nullable === true) return true;
  const name = referredName(schema);
  return name !== undefined && name in schemasOf(document) && target(document, schema).nullable === true;
}

function alternativesOf(schema: JsonObject): JsonObject[] {
  const { anyOf, nullable: _, ...rest } = schema;
  if (!Array.isArray(anyOf)) return [rest];
  const alternatives = anyOf.filter(isObject);
  const { allOf } = rest;
  return allOf === undefined ? alternatives : alternatives.map(each => ({ ...each, allOf }));
}

const textKeywords = new Set(["description", "title", "example", "examples", "deprecated"]);

/** Returns the schema without its texts, to find the same schema in the other document. */
const meaningOf = (schema: JsonObject): string =>
  JSON.stringify(schema, (key, value) => {
    // A field may have such a name. Its schema is an object.
    if (textKeywords.has(key) && !isObject(value)) return undefined;
    return isObject(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
  });

/** Returns the names of alternatives. Of an enumeration, returns only the values that are not among other names. */
function namesBesides(schemas: readonly JsonObject[], others: readonly string[]): string[] {
  const known = new Set(others);
  return schemas.flatMap(each => typeNames(each).filter(name => each.enum === undefined || !known.has(name)));
}

/** Returns the alternative that most probably took the place of another one: of the same kind, with common fields. */
function mostSimilar(schema: JsonObject, others: readonly JsonObject[]): JsonObject | undefined {
  const alike = others.filter(other => kindOf(other) === kindOf(schema));
  const common = (other: JsonObject) => Object.keys(fieldsOf(other)).filter(name => name in fieldsOf(schema)).length;
  const [best] = alike.toSorted((a, b) => common(b) - common(a));
  const isAnotherObject = best !== undefined && schema.type === "object" && others.length > 1 && common(best) === 0;
  return isAnotherObject ? undefined : best;
}

const kindOf = ({ $ref, type }: JsonObject): Json =>
  $ref !== undefined ? "object" : type === "integer" ? "number" : (type ?? "any");

const schemaIn = (schema: Json | undefined): JsonObject => (isObject(schema) ? schema : {});
const fieldsOf = (schema: JsonObject): JsonObject => schemaIn(schema.properties);
const isOpen = (schema: JsonObject): boolean => isObject(schema.additionalProperties);
