import { parse as parseYaml } from "yaml";
import { CommandError } from "../../command/command-error.ts";
import { get, isObject, type Json, type JsonObject } from "../model/json.ts";
import { resolveMerges } from "./resolve-merges.ts";

const MAX_DEPTH = 256;
/** Far more values than GitHub's document has. A page's script can combine a few objects to a document without end. */
const MAX_VALUES = 5_000_000;

/** Parses a JSON or YAML text as an OpenAPI document. `source` names the text in error messages. */
export const parseDocument = (text: string, source: string): JsonObject =>
  checkDocument(parseData(text, source), source);

/** Parses a JSON or YAML text. */
export function parseData(text: string, source: string): Json {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") throw new CommandError(`${source} is empty. Check where it came from.`);
  const isJson = trimmed.startsWith("{") || trimmed.startsWith("[");
  try {
    // Without the library's limit of 100 aliases: aliases of one value share it, and `checkData` counts the values.
    const data: Json = isJson
      ? JSON.parse(trimmed)
      : resolveMerges(parseYaml(trimmed, { logLevel: "error", maxAliasCount: -1 }));
    return data;
  } catch (error) {
    // Without the part of the text that JSON.parse quotes, because it is not yet free of secrets.
    const reason = error instanceof Error ? error.message.split(/\n|, (?:\.\.\.)?"/)[0]?.replace(/:$/, "") : error;
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
  // In YAML, an unquoted 3.0 is the number 3.
  if (!isObject(data) || (typeof version !== "string" && typeof version !== "number")) {
    throw new CommandError(`${source} is not an OpenAPI document: it has no "openapi" version at its top level.`);
  }
  if (!/^3(\.[01](\.\d.*)?)?$/.test(String(version))) {
    throw new CommandError(`${source} is OpenAPI ${version}, which is not supported. Use 3.0, 3.1 or Swagger 2.0.`);
  }
  checkData(data, source);
  return data;
}

/** An object or a list, and the path to it as a chain of parents. The path is formatted only for an error message. */
interface Visit {
  value: JsonObject | Json[];
  key: string;
  parent: Visit | undefined;
  depth: number;
}

/**
 * Checks size, depth and values. It does not recurse, so that a hostile depth gives a message and not a stack overflow.
 */
function checkData(document: JsonObject, source: string): void {
  const open: Visit[] = [{ value: document, key: "", parent: undefined, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const depth = next.depth + 1;
    if (Object.hasOwn(next.value, "__proto__"))
      throw new CommandError(`${source} has the forbidden key __proto__ at ${pointerTo(next)}.`);
    for (const [key, value] of Object.entries(next.value)) {
      if (++values > MAX_VALUES)
        throw new CommandError(`${source} has more than ${MAX_VALUES} values. Check where it came from.`);
      if (depth > MAX_DEPTH)
        throw new CommandError(`${source} is nested more than ${MAX_DEPTH} levels deep. Check where it came from.`);
      if (typeof value === "object" && value !== null) open.push({ value, key, parent: next, depth });
      else if (typeof value === "number" && !Number.isFinite(value))
        throw new CommandError(`${source} has a number at ${pointerTo(next, key)} that JSON cannot represent.`);
    }
  }
}

/** Returns the pointer to a visited value, or to a value in it. */
function pointerTo(visit: Visit, ...inside: string[]): string {
  const steps = [...inside];
  for (let at = visit; at.parent !== undefined; at = at.parent) steps.unshift(at.key);
  return `/${steps.map(step => step.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
}
