import type { SplitLine } from "./split-line.js";
import type { Suggestion, Suggestions } from "./suggestion.js";

/** Names and texts come from a server. These characters could control the terminal, or hide text. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Formats suggestions for Zsh and fish, which show descriptions and quote the values themselves. */
export const formatWithDescriptions = ({ kind, values }: Suggestions): string =>
  toLines(
    kind,
    safe(values).map(({ value, description = "" }) => `${value}\t${description.replace(UNSAFE, " ")}`),
  );

/** Formats suggestions for Bash, which inserts them as they are: quoted, and with a space after whole words. */
export function formatForBash({ kind, values }: Suggestions, { quote, start }: SplitLine): string {
  const texts = safe(values).flatMap(({ value }) => {
    const text = value.slice(start);
    // Bash closes the quote, but cannot insert the quote itself.
    if (quote !== "") return /["'\\$`!]/.test(text) ? [] : [text];
    const isPart = kind === "list" || /[=/]$/.test(value);
    return [text.replace(/[^\w.,:=@%+/-]/gu, "\\$&") + (isPart ? "" : " ")];
  });
  return toLines(kind, texts);
}

const safe = (values: readonly Suggestion[]): Suggestion[] => values.filter(({ value }) => value.search(UNSAFE) < 0);

const toLines = (kind: string, lines: readonly string[]): string => `${[kind, ...lines].join("\n")}\n`;
