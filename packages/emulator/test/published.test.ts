import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildDocument } from "../src/builtin/build-document.js";
import {
  type Method,
  methods,
  type OpenApiDocument,
  type Operation,
  resolve,
  type Schema,
} from "../src/openapi/document.js";

const file = fileURLToPath(new URL("../../../../shared/qbench-v2/published-openapi.json", import.meta.url));
const present = existsSync(file);
if (!present) console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

/** Returns the type that a schema describes, regardless of the names of components and of titles. */
function typeOf(document: OpenApiDocument, schema: Schema | undefined, depth = 0): string {
  const found = resolve(document, schema);
  if (!found || depth > 6) return "unknown";
  if (found.allOf) return found.allOf.map(part => typeOf(document, part, depth + 1)).join(" & ");
  if (found.anyOf) return found.anyOf.map(part => typeOf(document, part, depth + 1)).join(" | ");
  if (found.enum) return found.enum.map(value => JSON.stringify(value)).join(" | ");
  if (found.items) return `${typeOf(document, found.items, depth + 1)}[]`;
  return [found.type, found.format].filter(Boolean).join(":");
}

/** Returns the fields of a body, and of the records inside it, with their types. */
function fieldsOf(document: OpenApiDocument, schema: Schema | undefined, at = "", depth = 0): Map<string, string> {
  const found = resolve(document, schema);
  const fields = new Map<string, string>();
  if (!found || depth > 3) return fields;
  if (found.items) return fieldsOf(document, found.items, `${at}[]`, depth + 1);
  for (const [name, property] of Object.entries(found.properties ?? {})) {
    fields.set(`${at}.${name}`, typeOf(document, property));
    for (const [inner, type] of fieldsOf(document, property, `${at}.${name}`, depth + 1)) fields.set(inner, type);
  }
  return fields;
}

const operations = (document: OpenApiDocument): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method: Method): [string, Operation][] => {
      const operation = item[method];
      return operation ? [[`${method.toUpperCase()} ${path}`, operation]] : [];
    }),
  );

function parametersOf(document: OpenApiDocument, operation: Operation): Map<string, string> {
  return new Map(
    (operation.parameters ?? []).map(parameter => {
      const found = resolve(document, parameter);
      return [`${found?.in} ${found?.name}`, typeOf(document, found?.schema)];
    }),
  );
}

function bodyOf(document: OpenApiDocument, operation: Operation): Map<string, string> {
  const content = resolve(document, operation.requestBody)?.content ?? {};
  return new Map(Object.entries(content).flatMap(([type, media]) => [...fieldsOf(document, media.schema, type)]));
}

function responsesOf(document: OpenApiDocument, operation: Operation): Map<string, string> {
  return new Map(
    Object.entries(operation.responses ?? {}).flatMap(([status, response]) => [
      [status, "declared"] as const,
      ...Object.values(resolve(document, response)?.content ?? {}).flatMap(media => [
        ...fieldsOf(document, media.schema, status),
      ]),
    ]),
  );
}

describe.skipIf(!present)("buildDocument", () => {
  const published: OpenApiDocument = present ? JSON.parse(readFileSync(file, "utf8")) : buildDocument();
  const builtIn = buildDocument();
  const ours = new Map(operations(builtIn));

  it("builds every operation of the published document", () => {
    const wanted = operations(published).map(([name]) => name);
    const missing = wanted.filter(name => !ours.has(name));
    console.log(`operations: ${wanted.length - missing.length} of ${wanted.length} (${percent(wanted, missing)})`);
    expect(missing).toEqual([]);
    expect(wanted).toHaveLength(169);
  });

  it.each([
    ["parameter", parametersOf],
    ["field of a request body", bodyOf],
    ["field of a response", responsesOf],
  ] as const)("builds every %s of the published document, with the same name and type", (what, read) => {
    const wanted: string[] = [];
    const missing: string[] = [];
    for (const [key, operation] of operations(published)) {
      const mine = ours.get(key);
      const covered = mine ? read(builtIn, mine) : new Map();
      for (const [name, type] of read(published, operation)) {
        wanted.push(`${key} ${name}`);
        if (covered.get(name) !== type) missing.push(`${key} ${name}: ${type}, here ${covered.get(name)}`);
      }
    }
    console.log(`${what}: ${wanted.length - missing.length} of ${wanted.length} (${percent(wanted, missing)})`);
    expect(wanted.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it("builds no operation and no parameter that the published document does not have", () => {
    const theirs = new Map(operations(published));
    const invented = [...ours].flatMap(([key, operation]) => {
      const known = theirs.get(key);
      if (!known) return [key];
      const names = parametersOf(published, known);
      return [...parametersOf(builtIn, operation).keys()]
        .filter(name => !names.has(name))
        .map(name => `${key} ${name}`);
    });
    expect(invented).toEqual([]);
  });
});

function percent(all: readonly string[], missing: readonly string[]): string {
  return `${((100 * (all.length - missing.length)) / all.length).toFixed(1)} %`;
}
