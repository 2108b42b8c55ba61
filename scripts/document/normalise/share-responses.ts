import { canonical, get, isObject, type Json, type JsonObject, mapValues } from "../model/json.ts";
import { toPascal } from "../model/names.ts";
import { listOperations, mapOperations } from "../model/operations.ts";
import type { StepResult } from "./finding.ts";

// An import would read all exports of the module, and one of them loads the whole of fetch and WebSocket.
const { STATUS_CODES } = process.getBuiltinModule("node:http");

/** Moves an error response that is the same in all operations to `components.responses`. */
export function shareResponses(document: JsonObject): StepResult {
  const bodies = new Map<string, Set<string>>();
  const uses = new Map<string, number>();
  for (const { operation } of listOperations(document)) {
    for (const [status, response] of errorResponses(operation)) {
      if (get(response, "$ref") !== undefined) continue;
      bodies.set(status, (bodies.get(status) ?? new Set()).add(canonical(response)));
      uses.set(status, (uses.get(status) ?? 0) + 1);
    }
  }
  const present = get(document.components, "responses");
  const shared: Record<string, Json> = isObject(present) ? { ...present } : {};
  const names = new Map<string, string>();
  for (const [status, texts] of bodies) {
    const name = toPascal(STATUS_CODES[status] ?? "");
    const [text] = texts;
    if (name === "" || text === undefined || texts.size > 1 || (uses.get(status) ?? 0) < 2) continue;
    if (Object.hasOwn(shared, name) && canonical(shared[name] ?? null) !== text) continue;
    shared[name] = JSON.parse(text);
    names.set(status, name);
  }
  let count = 0;
  const result = mapOperations(document, ({ operation }) => {
    if (!isObject(operation.responses)) return operation;
    const responses = mapValues(operation.responses, (response, status) => {
      const name = names.get(status);
      if (name === undefined || get(response, "$ref") !== undefined) return response;
      count++;
      return { $ref: `#/components/responses/${name}` };
    });
    return { ...operation, responses };
  });
  if (count === 0) return { document, findings: [] };
  const components = isObject(document.components) ? document.components : {};
  return {
    document: { ...result, components: { ...components, responses: shared } },
    findings: [{ what: "error responses shared", count }],
  };
}

const errorResponses = (operation: JsonObject): [string, Json][] =>
  isObject(operation.responses) ? Object.entries(operation.responses).filter(([status]) => /^[45]/.test(status)) : [];
