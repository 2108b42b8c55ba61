import type { JsonObject } from "../document/model/json.ts";
import type { Kind, Observation } from "./observation.ts";

/** The type of a field, as its values show it. */
export interface InferredType {
  /** As TypeScript writes it. */
  text: string;
  inResponse: JsonObject;
  /** Differs for a user, which is written as an id (docs/qbench-api.md §5.2). */
  inRequest: JsonObject;
  /** What a reader should check. */
  note?: string;
}

/** Infers the type that all values of a field have. Only values decide: null says nothing about the type. */
export function inferType(seen: Observation): InferredType {
  const kinds = simplify([...seen.kinds.keys()]);
  const [kind] = kinds;
  if (kind === undefined) return { ...both("unknown", {}), note: "Only null was seen." };
  if (kinds.length === 1) return typeOf(kind, seen);
  // The pipeline replaces dates and relations. An overlay would then add its own alternatives again.
  const types = kinds.map(each => typeOf(each, withoutFamilies(seen)));
  return {
    text: types.map(({ text }) => text).join(" | "),
    inResponse: { anyOf: types.map(({ inResponse }) => withoutRelation(inResponse)) },
    inRequest: { anyOf: types.map(({ inRequest }) => withoutRelation(inRequest)) },
    note: "Values of several types were seen.",
  };
}

/** A date beside a text is a text as well. Dates of several families are times, which can have every format. */
function simplify(kinds: readonly Kind[]): Kind[] {
  const others = kinds.filter(kind => !isDate(kind)).toSorted();
  const family = kinds.filter(isDate);
  if (family.length === 0) return others;
  if (others.length > 0) return others.includes("string") ? others : [...others, "string"];
  return family.length === 1 ? family : ["DateTime"];
}

const isDate = (kind: Kind): boolean => kind === "DateTime" || kind === "DateOnly" || kind === "UnixSeconds";

/** Returns the observation with texts instead of dates in lists, and objects instead of references. */
function withoutFamilies({ kinds, items, ...seen }: Observation): Observation {
  const plain = [...kinds].map(([kind, count]): [Kind, number] => [
    isDate(kind) ? "string" : kind === "reference" ? "object" : kind,
    count,
  ]);
  return { ...seen, kinds: new Map(plain), ...(items !== undefined && { items: withoutFamilies(items) }) };
}

function typeOf(kind: Kind, seen: Observation): InferredType {
  switch (kind) {
    case "string":
    case "number":
    case "boolean":
      return both(kind, { type: kind });
    // The form in which QBench declares dates. The pipeline turns it into the type.
    case "DateTime":
      return both(kind, dateOf("date-time"));
    case "DateOnly":
      return both(kind, dateOf("date"));
    case "UnixSeconds":
      return both(kind, dateOf("unix-seconds"));
    case "user":
      return userWith(idOf(seen));
    // `x-entity` makes the pipeline type a relation, or leave the object as it is.
    case "reference":
      return both("reference", { type: "object", "x-entity": null });
    case "object":
      return both("object", { type: "object", "x-entity": false });
    case "list":
      return listOf(seen.items);
  }
}

const both = (text: string, schema: JsonObject): InferredType => ({ text, inResponse: schema, inRequest: schema });

const dateOf = (format: string): JsonObject => ({ anyOf: [{ type: "string", format }, { type: "string" }] });

/** Most ids are numbers (docs/qbench-api.md §4). */
function idOf({ ids }: Observation): JsonObject {
  const kinds = [...(ids?.kinds.keys() ?? [])];
  const types = [
    kinds.includes("number") ? "integer" : [],
    kinds.some(kind => kind !== "number") ? "string" : [],
  ].flat();
  const [type = "integer"] = types;
  return types.length > 1 ? { anyOf: types.map(each => ({ type: each })) } : { type };
}

const userWith = (id: JsonObject): InferredType => ({
  text: "{ id, text }",
  inResponse: {
    type: "object",
    required: ["id", "text"],
    properties: { id, text: { type: "string", nullable: true } },
  },
  inRequest: id,
});

function listOf(items: Observation | undefined): InferredType {
  if (items === undefined || items.kinds.size === 0) {
    return { ...both("unknown[]", { type: "array", items: {} }), note: "Only empty lists were seen." };
  }
  const { text, inResponse, inRequest, note } = inferType(items);
  const relation = inResponse["x-entity"];
  const nullable = items.nulls > 0 && { nullable: true };
  const list = (item: JsonObject): JsonObject => ({
    type: "array",
    ...(relation !== undefined && { "x-entity": relation }),
    items: { ...withoutRelation(item), ...nullable },
  });
  return {
    text: items.nulls > 0 || text.includes(" | ") ? `(${text}${items.nulls > 0 ? " | null" : ""})[]` : `${text}[]`,
    inResponse: list(inResponse),
    inRequest: list(inRequest),
    ...(note !== undefined && { note }),
  };
}

/** The pipeline reads `x-entity` of a property only. */
const withoutRelation = ({ "x-entity": _, ...schema }: JsonObject): JsonObject => schema;
