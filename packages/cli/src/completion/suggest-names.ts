import type { FieldOutline } from "@qbench-sdk/types/outline";
import { toApiPath } from "../document/api-path.js";
import { findOperation, type Operation, operations } from "../document/operations.js";
import { typeText } from "../document/type-text.js";
import type { ApiPath } from "../document/untyped-paths.js";
import type { Position } from "./position.js";
import type { Suggestion, Suggestions } from "./suggestion.js";

/** Suggests the value of an option from the operation of the document that the command line names. */
export function suggestNames(position: Position): Suggestions {
  const { option, args, text } = position;
  const path = toApiPath(args[0] ?? "");
  switch (option?.long) {
    case "--columns":
      return { kind: "list", values: suggestColumns(find("GET", path)?.record ?? [], text) };
    case "--filter":
      return { kind: "values", values: suggestPairs(filtersOf(position, find("GET", path)), text) };
    case "--field":
      return { kind: "values", values: suggestPairs(fieldsOf(position, path), text) };
    case "--method":
      return { kind: "values", values: suggestMethods(path) };
    default:
      return { kind: "values", values: [] };
  }
}

const find = (method: string, path: ApiPath): Operation | undefined => findOperation(method, path)?.operation;

/** Suggests the next name of `id,st`, without those before it. */
function suggestColumns(record: readonly FieldOutline[], text: string): Suggestion[] {
  const chosen = text.split(",").slice(0, -1);
  const before = chosen.map(name => `${name},`).join("");
  const fields = [...record.map(describeField), { value: "_self" }, { value: "_type" }];
  return record.length === 0
    ? []
    : fields
        .filter(({ value }) => !chosen.includes(value))
        .map(({ value, ...rest }) => ({ value: before + value, ...rest }));
}

/** Suggests `name=`, or after that the allowed values. */
function suggestPairs(fields: readonly FieldOutline[], text: string): Suggestion[] {
  const end = text.indexOf("=");
  if (end < 0) return fields.map(describeField).map(({ value, ...rest }) => ({ value: `${value}=`, ...rest }));
  const field = fields.find(({ name }) => name === text.slice(0, end));
  const values = field?.type === "boolean" ? ["true", "false"] : (field?.values ?? []);
  return values.map(value => ({ value: `${field?.name}=${value}` }));
}

const describeField = (field: FieldOutline): Suggestion => ({
  value: field.name,
  description: [typeText(field), field.description].filter(Boolean).join(". "),
});

/** Returns the filters of a list that can still be given. An export reads all pages. */
function filtersOf(position: Position, operation: Operation | undefined): readonly FieldOutline[] {
  const { command, given, option } = position;
  const used = new Set(given.filter(each => each.option === option).map(({ value }) => value?.split("=")[0]));
  const isPage = (name: string): boolean => name === "page_num" || name === "page_size";
  return (operation?.query ?? []).filter(
    ({ name, isList }) => (isList || !used.has(name)) && !(command.name() === "export" && isPage(name)),
  );
}

/** Returns what `--field` sets: a field of the body, or a query parameter of GET and of a request with `--input`. */
function fieldsOf(position: Position, path: ApiPath): readonly FieldOutline[] {
  const givenAs = (long: string): string | undefined =>
    position.given.findLast(({ option }) => option.long === long)?.value;
  const hasInput = givenAs("--input") !== undefined;
  const method = givenAs("--method")?.toUpperCase() ?? "POST";
  const operation = find(method, path);
  return (method === "GET" || hasInput ? operation?.query : operation?.body?.fields) ?? [];
}

/** Suggests the methods that the document has for a path, or all of its methods. */
function suggestMethods(path: ApiPath): Suggestion[] {
  const methods = [...new Set(operations.map(({ method }) => method))];
  const known = methods.filter(method => find(method, path) !== undefined);
  return (known.length > 0 ? known : methods).map(value => ({ value, description: find(value, path)?.summary }));
}
