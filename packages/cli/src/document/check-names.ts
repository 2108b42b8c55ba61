import { closestName } from "../errors/closest-name.js";
import { UsageError } from "../errors/usage-error.js";
import { type Operation, shortPath } from "./operations.js";
import type { Query } from "./untyped-paths.js";

/**
 * Adds filters of the form `name=value` to the query of a path, and checks all names of the query.
 *
 * @throws UsageError if a filter has another form, or if the list has no filter of that name. QBench would ignore it, and
 *   return the whole list (docs/qbench-api.md §4.2).
 */
export function addFilters(operation: Operation, query: Query, filters: readonly string[]): Query {
  addToQuery(query, filters);
  const [problem] = unknownFilters(operation, query);
  if (problem !== undefined) throw new UsageError(problem);
  return query;
}

/** Adds pairs of the form `name=value` to a query. A name with several values is sent repeatedly. */
export function addToQuery(query: Query, pairs: readonly string[]): void {
  for (const [name, value] of pairs.map(splitPair)) query[name] = [...(query[name] ?? []), value];
}

/** Returns a message for each parameter that an operation does not have. QBench ignores those. */
export const unknownFilters = ({ path, query: valid }: Operation, query: Query): string[] =>
  Object.keys(query).flatMap(
    name =>
      describeUnknown(
        `"${shortPath(path)}" has no filter`,
        name,
        valid.map(filter => filter.name),
      ) ?? [],
  );

/**
 * Checks the names of columns against the fields that the document's records have, and removes the `+` of undeclared
 * fields. If the document does not describe the records, nothing can be checked.
 *
 * @throws UsageError if the records have no field of that name, and the name has no `+`
 */
export function checkColumns<Output extends { columns?: readonly string[] | undefined }>(
  operation: Operation,
  output: Output,
): Output & { declared: readonly string[] | undefined } {
  const { columns } = output;
  const declared = operation.record && [...operation.record.map(({ name }) => name), ...undocumentedFields];
  for (const column of columns ?? []) {
    if (column.startsWith("+")) continue;
    const problem = declared && describeUnknown(`"${shortPath(operation.path)}" has no column`, column, declared);
    if (problem === undefined) continue;
    throw new UsageError(`${problem} Write +${column} for a custom field that the document does not declare.`);
  }
  return { ...output, declared, columns: columns?.map(name => name.replace(/^\+/, "")) };
}

/** Fields of every record, although documents omit them (docs/qbench-api.md §5.1). */
const undocumentedFields = ["_self", "_type"];

/** Parses `name=value`. The value can contain another `=`. */
export function splitPair(text: string): [name: string, value: string] {
  const end = text.indexOf("=");
  if (end < 1) throw new UsageError(`"${text}" is not of the form name=value.`);
  return [text.slice(0, end), text.slice(end + 1)];
}

function describeUnknown(problem: string, name: string, valid: readonly string[]): string | undefined {
  if (valid.includes(name)) return undefined;
  return `${problem} "${name}". ${valid.length > 0 ? `The closest valid name is "${closestName(name, valid)}".` : "It has none."}`;
}
