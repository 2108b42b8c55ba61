import type { FieldOutline } from "@qbench-sdk/types/outline";
import { UsageError } from "../errors/usage-error.js";
import { splitPair } from "./check-names.js";
import type { Operation } from "./operations.js";

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * Builds a JSON body from fields of the form `name=value`. The document decides the type of each value and whether the
 * body is a list. Values of fields that it does not have are texts, such as those of custom fields. Numbers and JSON are
 * sent as they were typed.
 *
 * @throws UsageError if a value does not have the type of its field, or if a field that takes one value has several
 */
export function readFields(operation: Operation | undefined, fields: readonly string[]): string {
  const { isList = false, fields: declared = [] } = operation?.body ?? {};
  const record = new Map<string, string>();
  for (const [name, pairs] of Map.groupBy(fields.map(splitPair), ([name]) => name)) {
    const field: FieldOutline = declared.find(each => each.name === name) ?? { name, type: "text" };
    const values = pairs.map(([, text]) => text);
    record.set(name, field.isList ? listJson(field, values) : valueJson(field, values));
  }
  const body = `{${Array.from(record, ([name, json]) => `${JSON.stringify(name)}:${json}`).join()}}`;
  return isList ? `[${body}]` : body;
}

/** Returns values as the JSON of a list. A single value can be the JSON itself. */
function listJson(field: FieldOutline, values: readonly string[]): string {
  const [first = "", ...others] = values;
  if (others.length === 0 && (first === "null" || first.startsWith("["))) return checkedJson(field, first);
  return `[${values.map(value => valueJson(field, [value])).join()}]`;
}

function valueJson({ name, type }: FieldOutline, [text = "", ...others]: readonly string[]): string {
  if (others.length > 0) throw new UsageError(`The field "${name}" takes one value. It was given several times.`);
  switch (type) {
    case "integer":
    case "number":
      if (text === "null" || NUMBER.test(text)) return text;
      throw new UsageError(`The field "${name}" takes a number or null.`);
    case "boolean":
      if (/^(?:true|false|null)$/.test(text)) return text;
      throw new UsageError(`The field "${name}" takes true, false or null.`);
    case "object":
      return checkedJson({ name }, text);
    default:
      return JSON.stringify(text);
  }
}

function checkedJson({ name }: Pick<FieldOutline, "name">, text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new UsageError(`The field "${name}" takes JSON.`);
  }
}
