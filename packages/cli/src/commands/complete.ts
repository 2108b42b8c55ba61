import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { formatForBash, formatWithDescriptions } from "../completion/format-suggestions.js";
import { type Shell, scripts } from "../completion/scripts.js";
import { splitLine } from "../completion/split-line.js";
import { suggest } from "../completion/suggest.js";

/** Writes the script that adds completion to a shell. */
export function printScript(shell: Shell): void {
  process.stdout.write(scripts[shell]);
}

/**
 * Writes what a shell offers at the end of a command line. Bash passes its word breaks and the whole line, the others the
 * words after `qbench`. Needs no settings and sends nothing. Writes nothing if the line cannot be completed.
 */
export async function printSuggestions(
  program: CommandUnknownOpts,
  shell: Shell,
  words: readonly string[],
): Promise<void> {
  if (shell !== "bash") {
    process.stdout.write(formatWithDescriptions(await suggest(program, words)));
    return;
  }
  const [wordBreaks = "", text = ""] = words;
  const line = splitLine(text, wordBreaks);
  process.stdout.write(formatForBash(await suggest(program, line.words.slice(1)), line));
}
