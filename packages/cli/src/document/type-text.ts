import type { FieldOutline } from "@qbench-sdk/types/outline";

const names: Record<FieldOutline["type"], readonly [one: string, several: string]> = {
  text: ["text", "texts"],
  integer: ["integer", "integers"],
  number: ["number", "numbers"],
  boolean: ["boolean", "booleans"],
  date: ["date", "dates"],
  "date-time": ["date-time", "date-times"],
  "unix-seconds": ["unix seconds", "unix seconds"],
  object: ["object", "objects"],
  any: ["any value", "any values"],
};

/** Describes the values that a field takes: `integer`, `list of texts`, `ASC | DESC`, `list of OPEN | CLOSED`. */
export function typeText({ type, isList, values }: FieldOutline): string {
  const [one, several] = names[type];
  const allowed = values?.join(" | ");
  return isList ? `list of ${allowed ?? several}` : (allowed ?? one);
}
