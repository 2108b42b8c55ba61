import { toPlainText } from "../../command/plain-text.ts";

const MAX_LENGTH = 80;
const MAX_LISTED = 5;

/** Returns a text of the document as Markdown code. The document may contain any characters, and texts of any length. */
export function codeOf(text: string): string {
  const plain = toPlainText(text).replaceAll("`", "'").trim();
  return `\`${plain.length > MAX_LENGTH ? `${plain.slice(0, MAX_LENGTH)}…` : plain}\``;
}

/** Returns the first items as a list in words: `` `a` or `b` ``. */
export function listOf(items: readonly string[], word: "and" | "or"): string {
  const listed = items.slice(0, MAX_LISTED).map(codeOf);
  const rest = items.length - listed.length;
  return [...listed, ...(rest > 0 ? [`${rest} more`] : [])].join(` ${word} `);
}
