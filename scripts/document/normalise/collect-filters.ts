import { byCodeUnit, canonical, isObject, type Json, type JsonObject } from "../model/json.ts";
import { toPascal, toSingular } from "../model/names.ts";
import { listOperations, mapOperations, parametersOf, responseItem, returnsPage } from "../model/operations.ts";
import { reachableSchemas, referredName, schemasOf, withSchemas } from "../model/references.ts";
import type { StepResult } from "./finding.ts";

/**
 * Collects the query parameters of lists as schemas: `OrderFilter` for `listOrders` and every list with the same
 * parameters, `Paging` for lists that have only pages. `x-filter` names the schema at the operation. The parameters
 * stay the source: each run builds the schemas from them again.
 */
export function collectFilters(given: JsonObject): StepResult {
  const document = mapOperations(given, ({ operation: { "x-filter": _, ...operation } }) => operation);
  const { schemas: _, ...otherComponents } = isObject(document.components) ? document.components : {};
  // The vendor's own schemas. Schemas of filters are named in `x-filter` only, which is not a reference.
  const vendors = reachableSchemas(document, [document.paths ?? {}, otherComponents]);
  const lists = listOperations(document)
    .filter(({ method, operation }) => method === "get" && returnsPage(document, operation))
    .map(each => ({
      ...each,
      entity: referredName(responseItem(document, each.operation)) ?? "",
      filter: filterOf(document, each.operation),
    }))
    .filter(({ filter }) => Object.keys(filter.properties).length > 0)
    .toSorted((a, b) => rankOf(a) - rankOf(b) || byCodeUnit(a.path, b.path));
  const names = new Map<string, string>();
  const filters: Record<string, Json> = {};
  const chosen = new Map<string, string>();
  for (const { path, operation, entity, filter } of lists) {
    const text = canonical(filter);
    const isPaging = Object.keys(filter.properties).toSorted().join() === "page_num,page_size";
    let name = names.get(text) ?? (isPaging ? "Paging" : `${entity}Filter`);
    if (!names.has(text) && (name in filters || vendors.has(name)))
      name = `${toPascal(String(operation.operationId))}Filter`;
    names.set(text, name);
    filters[name] ??= { type: "object", description: describe(name, entity), ...filter };
    chosen.set(path, name);
  }
  if (chosen.size === 0) return { document, findings: [] };
  const marked = mapOperations(document, ({ method, path, operation }) => {
    const name = method === "get" ? chosen.get(path) : undefined;
    return name === undefined ? operation : { ...operation, "x-filter": name };
  });
  return {
    document: withSchemas(marked, { ...schemasOf(marked), ...filters }),
    findings: [{ what: "filters of lists collected", count: Object.keys(filters).length }],
  };
}

/** Ranks lists for the name of the entity's filter: first the list named after the entity, then the shortest path. */
function rankOf({ path, entity }: { path: string; entity: string }): number {
  const segments = path.split("/");
  return toPascal(toSingular(segments.at(-1) ?? "")) === entity ? segments.length : 1_000 + segments.length;
}

const describe = (name: string, entity: string): string =>
  name === "Paging"
    ? "The page of a list, and the number of records per page."
    : `Selects the ${entity} records of a list.`;

function filterOf(document: JsonObject, operation: JsonObject): { properties: JsonObject; required?: Json[] } {
  const parameters = parametersOf(document, operation, "query");
  const required = parameters.filter(parameter => parameter.required === true).map(({ name }) => String(name));
  const properties = Object.fromEntries(
    parameters.map(({ name, schema, description }): [string, Json] => [String(name), describedBy(description, schema)]),
  );
  return { properties, ...(required.length > 0 && { required }) };
}

/** Returns the schema of a parameter, with the parameter's description. */
function describedBy(description: Json | undefined, schema: Json | undefined): Json {
  if (!isObject(schema) || description === undefined) return schema ?? {};
  return "$ref" in schema ? { allOf: [schema], description } : { ...schema, description };
}
