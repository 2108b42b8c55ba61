import { parse as parseYaml } from "yaml";
import { CommandError } from "../../command/command-error.ts";
import { get, isObject, type Json, type JsonObject } from "../model/json.ts";

const maxDepth = 256;
/** More than GitHub's document has by far; a script can put a few objects together to more than could ever be looked at. */
const maxValues = 5_000_000;

/** The OpenAPI document that a JSON or YAML text holds; `source` names the text in messages. */
export const parseDocument = (text: string, source: string): JsonObject =>
  checkDocument(parseData(text, source), source);

/** The data of a JSON or YAML text. */
export function parseData(text: string, source: string): Json {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") throw new CommandError(`${source} is empty`);
  const isJson = trimmed.startsWith("{") || trimmed.startsWith("[");
  try {
    // The library's own bound on aliases (100) stops texts that unfold to gigabytes.
    const data: Json = isJson ? JSON.parse(trimmed) : parseYaml(trimmed, { logLevel: "error" });
    return data;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0]?.replace(/:$/, "") : error;
    throw new CommandError(`${source} is not valid ${isJson ? "JSON" : "YAML"}: ${reason}`);
  }
}

export function checkDocument(data: Json | undefined, source: string): JsonObject {
  const version = get(data, "openapi");
  const swagger = get(data, "swagger");
  if (isObject(data) && version === undefined && (swagger === "2.0" || swagger === 2)) {
    checkData(data, source);
    return data;
  }
  if (!isObject(data) || typeof version !== "string") {
    throw new CommandError(`${source} is not an OpenAPI document: it has no "openapi" version at its top`);
  }
  if (!/^3\.[01]\.\d/.test(version)) {
    throw new CommandError(`${source} is OpenAPI ${version}, which is not supported: 3.0 and 3.1 are`);
  }
  checkData(data, source);
  return data;
}

/** A value and how it was come to, of which an address is made only when there is something to tell. */
interface Visit {
  value: Json;
  key: string;
  parent: Visit | undefined;
  depth: number;
}

/** Without recursion: a hostile depth must end in a message, not in a stack overflow. */
function checkData(document: JsonObject, source: string): void {
  const open: Visit[] = [{ value: document, key: "", parent: undefined, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (++values > maxValues) throw new CommandError(`${source} has more than ${maxValues} values`);
    if (depth > maxDepth) throw new CommandError(`${source} is nested more than ${maxDepth} levels deep`);
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new CommandError(`${source} has a number at ${placeOf(next)} that JSON can't hold`);
    }
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) {
      throw new CommandError(`${source} has the forbidden key __proto__ at ${placeOf(next)}`);
    }
    for (const [key, child] of Object.entries(value)) open.push({ value: child, key, parent: next, depth: depth + 1 });
  }
}

function placeOf(visit: Visit): string {
  const steps: string[] = [];
  for (let at = visit; at.parent !== undefined; at = at.parent) {
    steps.unshift(at.key.replaceAll("~", "~0").replaceAll("/", "~1"));
  }
  return `/${steps.join("/")}`;
}
