/** A command line up to the cursor, split as a shell does. */
export interface SplitLine {
  /** The words without their quotes. The last one is at the cursor, and can be empty. */
  words: string[];
  /** The quote that is open at the cursor. */
  quote: '"' | "'" | "";
  /** Where Bash begins to replace the last word: after an open quote, or after a character such as `=`. */
  start: number;
}

/** Splits a command line for Bash, which does not pass words of the form `name=value` as one word. */
export function splitLine(line: string, wordBreaks: string): SplitLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: SplitLine["quote"] = "";
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (quote === "" && /[ \t\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      start = 0;
    } else if (character === quote) quote = "";
    else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
      start = word.length;
    } else {
      const isEscape = character === "\\" && quote !== "'" && at + 1 < line.length;
      word = (word ?? "") + (isEscape ? line[++at] : character);
      if (quote === "" && !isEscape && /[=:@]/.test(character) && wordBreaks.includes(character)) start = word.length;
    }
  }
  return { words: [...words, word ?? ""], quote, start };
}
