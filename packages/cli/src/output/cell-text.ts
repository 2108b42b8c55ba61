import { escapeInvisible } from "@qbench-sdk/auth/internal";

/** Formats a value on one line for people. Null is empty, and a reference is its id and its name: `7 (Acme)`. */
export const cellText = (value: unknown): string => toOneLine(valueText(value));

/**
 * Returns a text on one line, with escapes in place of characters that are invisible or change its direction. Terminals
 * disagree about the width of letters that consist of several characters, so these become one if possible.
 */
export const toOneLine = (text: string): string =>
  /^[ -~]*$/.test(text) ? text : escapeInvisible(text.replace(/\s+/g, " ").normalize("NFC"));

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  if (JSON.isRawJSON(value)) return value.rawJSON;
  if (Array.isArray(value) && value.every(item => isPlain(item) || isReference(item))) {
    return value.map(valueText).join(", ");
  }
  if (!isReference(value)) return JSON.stringify(value);
  const name = nameOf(Object(value.data));
  return name === "" ? valueText(value.id) : `${valueText(value.id)} (${name})`;
}

const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null || JSON.isRawJSON(value);

/** A related record (docs/qbench-api.md §5.1). */
const isReference = (value: unknown): value is { id: unknown; data?: unknown } =>
  typeof value === "object" && value !== null && "id" in value && isPlain(value.id) && "data" in value;

function nameOf({ name, title, customer_name, first_name, last_name, custom_formatted_id }: Record<string, unknown>) {
  const person = [first_name, last_name].filter(part => typeof part === "string").join(" ");
  const names = [name, title, customer_name, person, custom_formatted_id];
  return names.find((text): text is string => typeof text === "string" && text !== "") ?? "";
}
