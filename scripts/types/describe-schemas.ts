import { entityNames, requestsOf } from "../document/model/entities.ts";
import { isObject, type Json, type JsonObject, mapValues } from "../document/model/json.ts";
import { wordsOf } from "../document/model/names.ts";
import { bodyItem, bodySchema, listOperations, responseSchema } from "../document/model/operations.ts";
import { referredName, schemasOf, withSchemas } from "../document/model/references.ts";

/** Describes the schemas that have no description by their use, so that each exported type has one. */
export function describeSchemas(document: JsonObject): JsonObject {
  const descriptions = new Map([...describeBodies(document), ...describeEntities(document)]);
  const describe = (schema: Json, name: string): Json =>
    isObject(schema) && schema.description === undefined && schema.$ref === undefined
      ? { ...schema, description: descriptions.get(name) ?? describePart(schema) }
      : schema;
  return withSchemas(document, mapValues(schemasOf(document), describe));
}

type Descriptions = readonly (readonly [name: string, description: string])[];

const describeEntities = (document: JsonObject): Descriptions =>
  [...entityNames(document)].flatMap(entity => {
    const words = wordsOf(entity).join(" ");
    const one = `${/^[aeio]/.test(words) ? "an" : "a"} ${words}`;
    const [create = "", update = ""] = requestsOf(entity);
    return [
      [entity, `Is ${one} in a response.`],
      [create, `Has the fields to create ${one}.`],
      [update, `Has the fields to change in ${one}.`],
    ] as const;
  });

/** Describes the schemas of bodies, and of the items in them. The operation with the shortest path comes last. */
function describeBodies(document: JsonObject): Descriptions {
  const base = commonBase(listOperations(document).map(({ path }) => path));
  return listOperations(document)
    .toSorted((a, b) => b.path.length - a.path.length)
    .flatMap(({ method, path, operation }) => {
      const call = `\`${method.toUpperCase()} ${path.slice(base.length)}\``;
      return [
        [responseSchema(document, operation), `Is returned by ${call}.`],
        [bodySchema(document, operation), `Is sent with ${call}.`],
        [bodyItem(document, operation), `Is sent with ${call}, in a list.`],
      ] as const;
    })
    .flatMap(([schema, text]) => {
      const name = referredName(schema);
      return name === undefined ? [] : [[name, text] as const];
    });
}

/** Returns the folders that all paths begin with: `/qbench/api/v2` for QBench. */
function commonBase([first = "", ...others]: readonly string[]): string {
  const folders = first.split("/").slice(0, -1);
  while (others.some(path => !path.startsWith(`${folders.join("/")}/`))) folders.pop();
  return folders.join("/");
}

const describePart = (schema: JsonObject): string =>
  schema.enum === undefined ? "Is a part of a request or of a response." : "Lists the accepted values.";
