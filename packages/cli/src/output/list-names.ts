import { sanitizeText } from "@qbench-sdk/auth/internal";

/** Joins the names of fields, which a server sent. If they are too long, it counts the others: `id, state and 54 more`. */
export function listNames(names: readonly string[], maxLength: number): string {
  let text = "";
  for (const [index, name] of names.entries()) {
    const longer = index === 0 ? sanitizeText(name, [], maxLength) : `${text}, ${sanitizeText(name)}`;
    if (longer.length > maxLength) return `${text} and ${names.length - index} more`;
    text = longer;
  }
  return text;
}
