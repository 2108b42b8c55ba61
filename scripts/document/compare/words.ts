import { toPlainLine } from "../../../packages/auth/src/errors/sanitize-text.ts";

const MAX_LENGTH = 80;
const MAX_LISTED = 5;

/** Returns a text of the document as Markdown code. It may contain any characters, and have any length. */
export function codeOf(text: string): string {
  const plain = toPlainLine(text).replaceAll("`", "'");
  // The cut can leave half of a character, which this removes.
  const short = plain.length > MAX_LENGTH ? `${toPlainLine(plain.slice(0, MAX_LENGTH))}…` : plain;
  // Two backticks without a text would begin a longer piece of code.
  return `\`${short || " "}\``;
}

/** Returns the first items as a list in words: `` `a` or `b` ``. */
export function listOf(items: readonly string[], word: "and" | "or", max = MAX_LISTED): string {
  const listed = items.slice(0, max).map(codeOf);
  const rest = items.length - listed.length;
  const all = [...listed, ...(rest > 0 ? [`${rest} more`] : [])];
  const last = all.pop() ?? "";
  return all.length === 0 ? last : `${all.join(", ")} ${word} ${last}`;
}
