import fc from "fast-check";
import type { Json, JsonObject } from "../../document/model/json.ts";

/** A type of values, from which tests derive schemas and programs. */
export type Shape =
  | { kind: "string" | "integer" | "number" | "boolean" }
  | { kind: "enum"; values: string[] }
  | { kind: "list"; item: Shape }
  | { kind: "map"; item: Shape }
  | { kind: "record"; fields: Record<string, Field>; isComposed: boolean }
  | { kind: "union"; alternatives: Shape[] }
  | { kind: "nullable"; inner: Shape }
  | { kind: "named"; name: string };

interface Field {
  shape: Shape;
  isRequired: boolean;
}

/** What one API sends and returns. Schemas may contain themselves. */
export interface Model {
  sent: Shape;
  got: Shape;
  named: Record<string, Shape>;
}

const names = ["a", "b", "c", "d"];
const values = ["x", "y", "z"];
const schemaNames = ["Box", "Lid"];

const { shape, record } = fc.letrec<{ shape: Shape; record: Shape }>(tie => ({
  shape: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Shape>({ kind: "string" }, { kind: "integer" }, { kind: "number" }, { kind: "boolean" }),
    fc.subarray(values, { minLength: 1 }).map((some): Shape => ({ kind: "enum", values: some })),
    tie("record"),
    tie("shape").map((item): Shape => ({ kind: "list", item })),
    tie("shape").map((item): Shape => ({ kind: "map", item })),
    fc
      .array(tie("shape"), { minLength: 2, maxLength: 3 })
      .map((alternatives): Shape => ({ kind: "union", alternatives })),
    tie("shape").map((inner): Shape => ({ kind: "nullable", inner })),
    fc.constantFrom(...schemaNames).map((name): Shape => ({ kind: "named", name })),
  ),
  record: fc
    .tuple(
      fc.dictionary(fc.constantFrom(...names), fc.record({ shape: tie("shape"), isRequired: fc.boolean() }), {
        minKeys: 1,
        noNullPrototype: true,
      }),
      fc.boolean(),
    )
    .map(([fields, isComposed]): Shape => ({ kind: "record", fields, isComposed })),
}));

const model: fc.Arbitrary<Model> = fc.record({
  sent: record,
  got: record,
  named: fc.record({ Box: record, Lid: record }),
});

/** Generates a model and one that differs from it in a few places. */
export const edited: fc.Arbitrary<{ before: Model; after: Model }> = fc
  .tuple(model, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 11 }), shape), { minLength: 1, maxLength: 2 }))
  .map(([before, edits]) => ({
    before,
    after: edits.reduce((current, [place, edit, other]) => editModel(current, place, edit, other), before),
  }));

/** Returns the model with one of its shapes changed. */
function editModel(given: Model, place: number, edit: number, other: Shape): Model {
  const count = sizeOf(given);
  let left = place % count;
  const visit = (each: Shape): Shape => {
    if (left-- === 0) return editShape(each, edit, other, given);
    switch (each.kind) {
      case "list":
      case "map":
        return { ...each, item: visit(each.item) };
      case "nullable":
        return { ...each, inner: visit(each.inner) };
      case "union":
        return { ...each, alternatives: each.alternatives.map(visit) };
      case "record":
        return {
          ...each,
          fields: Object.fromEntries(
            Object.entries(each.fields).map(([name, field]) => [name, { ...field, shape: visit(field.shape) }]),
          ),
        };
      default:
        return each;
    }
  };
  const named = Object.fromEntries(Object.entries(given.named).map(([name, each]) => [name, visit(each)]));
  return { named, sent: visit(given.sent), got: visit(given.got) };
}

function sizeOf({ sent, got, named }: Model): number {
  const size = (each: Shape): number => {
    switch (each.kind) {
      case "list":
      case "map":
        return 1 + size(each.item);
      case "nullable":
        return 1 + size(each.inner);
      case "union":
        return 1 + each.alternatives.reduce((sum, one) => sum + size(one), 0);
      case "record":
        return 1 + Object.values(each.fields).reduce((sum, field) => sum + size(field.shape), 0);
      default:
        return 1;
    }
  };
  return [sent, got, ...Object.values(named)].reduce((sum, each) => sum + size(each), 0);
}

/** Changes a shape: fields of a record, values of an enumeration, or the way to write it. Many edits are compatible. */
function editShape(each: Shape, edit: number, other: Shape, { named }: Model): Shape {
  if (each.kind === "record") return editRecord(each, edit, other);
  if (each.kind === "enum") return { ...each, values: edit % 2 === 0 ? values : each.values.slice(0, 1) };
  if (each.kind === "union") {
    const [first = each] = each.alternatives;
    if (edit % 3 === 0) return { ...each, alternatives: [...each.alternatives, other] };
    return edit % 3 === 1 ? first : { ...each, alternatives: each.alternatives.toReversed() };
  }
  if (each.kind === "named") return edit % 2 === 0 ? (named[each.name] ?? each) : { kind: "nullable", inner: each };
  if (each.kind === "nullable") return edit % 2 === 0 ? each.inner : other;
  if (edit % 4 === 0) return { kind: "nullable", inner: each };
  if (edit % 4 === 1) return { kind: "union", alternatives: [each, other] };
  return edit % 4 === 2 ? (each.kind === "integer" ? { kind: "number" } : { kind: "string" }) : other;
}

function editRecord(each: Shape & { kind: "record" }, edit: number, other: Shape): Shape {
  const entries = Object.entries(each.fields);
  const [first] = entries;
  switch (edit % 6) {
    case 0:
      return { ...each, fields: { ...each.fields, e: { shape: other, isRequired: false } } };
    case 1:
      return { ...each, fields: { ...each.fields, e: { shape: other, isRequired: true } } };
    case 2:
      return { ...each, fields: Object.fromEntries(entries.slice(1)) };
    case 3:
      if (first === undefined) return each;
      return { ...each, fields: { ...each.fields, [first[0]]: { ...first[1], isRequired: !first[1].isRequired } } };
    default:
      return { ...each, isComposed: !each.isComposed, fields: Object.fromEntries(entries.toReversed()) };
  }
}

export function documentOf({ sent, got, named }: Model): JsonObject {
  const content = (each: Shape): JsonObject => ({ content: { "application/json": { schema: schemaOf(each) } } });
  return {
    openapi: "3.1.0",
    info: { title: "Boxes", version: "1" },
    paths: {
      "/boxes": {
        get: { operationId: "readBox", responses: { 200: { description: "OK", ...content(got) } } },
        post: {
          operationId: "packBox",
          requestBody: { required: true, ...content(sent) },
          responses: { 204: { description: "Packed" } },
        },
      },
    },
    components: { schemas: Object.fromEntries(Object.entries(named).map(([name, each]) => [name, schemaOf(each)])) },
  };
}

function schemaOf(each: Shape): JsonObject {
  switch (each.kind) {
    case "enum":
      return { type: "string", enum: each.values };
    case "list":
      return { type: "array", items: schemaOf(each.item) };
    case "map":
      return { type: "object", additionalProperties: schemaOf(each.item) };
    case "union":
      return { oneOf: each.alternatives.map(schemaOf) };
    case "nullable":
      return { oneOf: [schemaOf(each.inner), { type: "null" }] };
    case "named":
      return { $ref: `#/components/schemas/${each.name}` };
    case "record":
      return recordSchema(each);
    default:
      return { type: each.kind };
  }
}

function recordSchema({ fields, isComposed }: Shape & { kind: "record" }): JsonObject {
  const object = (entries: [string, Field][]): JsonObject => ({
    type: "object",
    properties: Object.fromEntries(entries.map(([name, { shape: inner }]): [string, Json] => [name, schemaOf(inner)])),
    required: entries.filter(([, { isRequired }]) => isRequired).map(([name]) => name),
  });
  const entries = Object.entries(fields);
  if (!isComposed || entries.length < 2) return object(entries);
  return { allOf: [object(entries.slice(0, 1)), object(entries.slice(1))] };
}

/** Returns literals of a shape: with all fields, and with the required ones only. */
export function literalsOf({ named }: Model, each: Shape): string[] {
  const all = new Set<string>();
  for (const isFull of [true, false]) {
    for (let choice = 0; choice < 3; choice++) {
      const text = literal(each, isFull, choice, 0, named);
      if (text !== undefined) all.add(text);
    }
  }
  return [...all];
}

/** Returns undefined if the value would have no end. */
function literal(
  each: Shape,
  isFull: boolean,
  choice: number,
  depth: number,
  named: Model["named"],
): string | undefined {
  if (depth > 6) return undefined;
  const inside = (inner: Shape) => literal(inner, isFull && depth < 4, choice, depth + 1, named);
  switch (each.kind) {
    case "string":
      return '"text"';
    case "integer":
    case "number":
      return "1";
    case "boolean":
      return "true";
    case "enum":
      return JSON.stringify(each.values[choice % each.values.length]);
    case "list": {
      const item = isFull ? inside(each.item) : undefined;
      return item === undefined ? "[]" : `[${item}]`;
    }
    case "map": {
      const item = isFull ? inside(each.item) : undefined;
      return item === undefined ? "{}" : `{ key: ${item} }`;
    }
    case "union": {
      const alternative = each.alternatives[choice % each.alternatives.length];
      return alternative && inside(alternative);
    }
    case "nullable":
      return (choice === 0 ? inside(each.inner) : undefined) ?? "null";
    case "named": {
      const target = named[each.name];
      return target && inside(target);
    }
    case "record": {
      const parts: string[] = [];
      for (const [name, { shape: inner, isRequired }] of Object.entries(each.fields)) {
        const value = isFull || isRequired ? inside(inner) : undefined;
        if (value === undefined && isRequired) return undefined;
        if (value !== undefined) parts.push(`${name}: ${value}`);
      }
      return `{ ${parts.join(", ")} }`;
    }
  }
}

/** Returns the type of a shape as a service would write it by hand, down to a depth. */
export function typeOf({ named }: Model, each: Shape, depth = 0): string {
  const inside = (inner: Shape) =>
    depth > 4 ? "unknown" : typeOf({ named, sent: inner, got: inner }, inner, depth + 1);
  switch (each.kind) {
    case "integer":
      return "number";
    case "enum":
      return each.values.map(value => JSON.stringify(value)).join(" | ");
    case "list":
      return `(${inside(each.item)})[]`;
    case "map":
      return `{ [key: string]: ${inside(each.item)} }`;
    case "union":
      return each.alternatives.map(inner => `(${inside(inner)})`).join(" | ");
    case "nullable":
      return `(${inside(each.inner)}) | null`;
    case "named":
      return inside(named[each.name] ?? each);
    case "record":
      return `{ ${Object.entries(each.fields)
        .map(([name, { shape: inner, isRequired }]) => `${name}${isRequired ? "" : "?"}: ${inside(inner)}`)
        .join("; ")} }`;
    default:
      return each.kind;
  }
}

/** Returns expressions that read each field of a value. */
export function readsOf({ named }: Model, each: Shape, value: string, depth = 0): string[] {
  if (depth > 5) return [];
  const inside = (inner: Shape, at: string) => readsOf({ named, sent: inner, got: inner }, inner, at, depth + 1);
  switch (each.kind) {
    case "list":
      return inside(each.item, `${value}?.[0]`);
    case "map":
      return inside(each.item, `${value}?.["key"]`);
    case "nullable":
      return inside(each.inner, value);
    case "named":
      return inside(named[each.name] ?? each, value);
    case "record":
      return Object.entries(each.fields).flatMap(([name, field]) => [
        `${value}?.${name}`,
        ...inside(field.shape, `${value}?.${name}`),
      ]);
    default:
      return [];
  }
}
