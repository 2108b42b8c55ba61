import type { StepResult } from "./finding.ts";
import { byCodeUnit, canonical, isObject, type Json, type JsonObject } from "./json.ts";
import { toPascal } from "./names.ts";
import { answerItem, answersPage, listOperations, mapOperations, parametersOf } from "./operations.ts";
import { referredName, schemasOf, withSchemas } from "./references.ts";

/**
 * The query parameters of lists as schemas: `OrderFilter` for `listOrders` and for every list that takes the same, `Paging`
 * where there are pages alone. They are made of the parameters anew each time, which stay the truth; `x-filter` names them
 * at the operation.
 */
export function collectFilters(document: JsonObject): StepResult {
  const lists = listOperations(document)
    .filter(({ method, operation }) => method === "get" && answersPage(document, operation))
    .map(each => ({ ...each, filter: filterOf(document, each.operation) }))
    .filter(({ filter }) => Object.keys(filter.properties).length > 0)
    .toSorted((a, b) => a.path.split("/").length - b.path.split("/").length || byCodeUnit(a.path, b.path));
  const names = new Map<string, string>();
  const filters: Record<string, Json> = {};
  const chosen = new Map<string, string>();
  for (const { path, operation, filter } of lists) {
    const text = canonical(filter);
    const entity = referredName(answerItem(document, operation)) ?? "";
    const isPaging = Object.keys(filter.properties).toSorted().join() === "page_num,page_size";
    let name = names.get(text) ?? (isPaging ? "Paging" : `${entity}Filter`);
    if (!names.has(text) && name in filters) name = `${toPascal(String(operation.operationId))}Filter`;
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

const describe = (name: string, entity: string): string =>
  name === "Paging"
    ? "Which page of a list, and how long its pages are."
    : `Which of the ${entity} records a list has.`;

function filterOf(document: JsonObject, operation: JsonObject): { properties: JsonObject; required?: Json[] } {
  const parameters = parametersOf(document, operation, "query");
  const required = parameters.filter(parameter => parameter.required === true).map(({ name }) => String(name));
  const properties = Object.fromEntries(
    parameters.map(({ name, schema, description }): [string, Json] => [String(name), describedBy(description, schema)]),
  );
  return { properties, ...(required.length > 0 && { required }) };
}

/** The schema of a parameter, described as the parameter is. */
function describedBy(description: Json | undefined, schema: Json | undefined): Json {
  if (!isObject(schema) || description === undefined) return schema ?? {};
  return "$ref" in schema ? { allOf: [schema], description } : { ...schema, description };
}
