import type { Json, JsonObject } from "../document/model/json.ts";
import { nameResources, type ResourceMethod } from "../document/model/name-resources.ts";
import { bodyItem, bodySchema, listOperations, responseItem, responseSchema } from "../document/model/operations.ts";
import { referredName } from "../document/model/references.ts";
import { quoteCode, quoteText } from "./quote-descriptions.ts";

/**
 * Returns a table of each resource's methods in Markdown, by the name of the resource: what a call sends and returns, and
 * the operation that it calls.
 *
 * @param link returns the link to a type, or undefined if no type has the name
 */
export function describeResources(
  document: JsonObject,
  link: (name: string) => string | undefined,
): Map<string, string> {
  const operations = new Map(
    listOperations(document).map(({ method, path, operation }) => [`${method.toUpperCase()} ${path}`, operation]),
  );
  const tables = Object.entries(nameResources(document)).map(([resource, methods]): [string, string] => {
    const rows = Object.entries(methods).map(([name, { method, path, returns }]) => {
      const operation = operations.get(`${method} ${path}`) ?? {};
      const sent = [...idsIn(path), ...sentBy(document, operation, link)].join(", ");
      const result = resultOf(document, operation, returns, link);
      const summary = typeof operation.summary === "string" ? quoteText(operation.summary) : "";
      return [`**${name}**(${sent})`, result, `${summary} ${quoteCode(`${method} ${path}`)}`];
    });
    return [resource, table([`Methods of \`client.${resource}\``, "Result", "Operation"], rows)];
  });
  return new Map(tables);
}

const idsIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `${name}`);

function sentBy(document: JsonObject, operation: JsonObject, link: (name: string) => string | undefined): string[] {
  const filter = operation["x-filter"];
  if (typeof filter === "string") return [link(filter) ?? "query"];
  if (operation.requestBody === undefined) return [];
  const item = linkTo(bodyItem(document, operation), link);
  return [item === undefined ? (linkTo(bodySchema(document, operation), link) ?? "body") : `${item}[]`];
}

function resultOf(
  document: JsonObject,
  operation: JsonObject,
  returns: ResourceMethod["returns"],
  link: (name: string) => string | undefined,
): string {
  if (returns === "file") return "text or bytes";
  const item = linkTo(responseItem(document, operation), link);
  if (returns === undefined) return linkTo(responseSchema(document, operation), link) ?? "";
  if (item === undefined) return returns === "data" ? "" : "list";
  return returns === "data" ? item : `${item}[]`;
}

function linkTo(schema: Json | undefined, link: (name: string) => string | undefined): string | undefined {
  const name = referredName(schema);
  return name === undefined ? undefined : link(name);
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map(cells => `| ${cells.join(" | ")} |`).join("\n");
