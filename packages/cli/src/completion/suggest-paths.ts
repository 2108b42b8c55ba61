import { lists } from "../document/find-read.js";
import { type Operation, operations, shortPath } from "../document/operations.js";
import type { Suggestion } from "./suggestion.js";

/**
 * Suggests how a path continues, up to its next id. After `orders/1/sa` that is `orders/1/samples`. `get` and `api` also
 * take a single record, so that `orders` can continue as `orders/`.
 */
export function suggestPaths(command: string, text: string): Suggestion[] {
  const takesRecords = command === "get" || command === "api";
  const [, root = "", path = ""] = /^(\/?(?:qbench\/api\/v2\/)?)(.*)$/s.exec(text) ?? [];
  const typed = path.split("/").slice(0, -1);
  const whole = new Map<string, Suggestion>();
  const parts = new Map<string, Suggestion>();
  for (const operation of candidatesOf(command)) {
    const segments = shortPath(operation.path).split("/");
    if (!typed.every((given, index) => isMatch(segments[index], given))) continue;
    const next = segments.slice(typed.length);
    const end = next.findIndex(isParameter);
    if (next.length === 0 || end === 0) continue;
    const value = root + [...typed, ...(end < 0 ? next : next.slice(0, end))].join("/");
    if (end < 0) whole.set(value, whole.get(value) ?? { value, description: operation.summary });
    else parts.set(value, { value: `${value}/` });
  }
  const open = [...parts].filter(([value]) => takesRecords || !whole.has(value)).map(([, part]) => part);
  return [...whole.values(), ...open];
}

function candidatesOf(command: string): readonly Operation[] {
  if (command === "api") return operations;
  return command === "get" ? operations.filter(({ method }) => method === "GET") : lists;
}

const isParameter = (segment: string): boolean => segment.startsWith("{");

const isMatch = (segment: string | undefined, given: string): boolean =>
  segment !== undefined && (isParameter(segment) ? given !== "" : segment === given);
