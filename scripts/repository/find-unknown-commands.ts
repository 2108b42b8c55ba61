import { createExplain } from "./explain-command.ts";
import { installedCommands, type KnownCommands } from "./known-commands.ts";
import { parseCommands, type ShellCommand } from "./parse-commands.ts";
import { type Code, parseMarkdown } from "./parse-markdown.ts";

/**
 * Returns the commands in Markdown documents that do not exist: scripts, subcommands, options, programs, packages and files.
 * Checks the code blocks of shells and crontabs, and each code span that begins with the name of a program.
 */
export function findUnknownCommands(documents: ReadonlyMap<string, string>, known: KnownCommands): string[] {
  return [...documents].flatMap(([path, text]) => {
    const { code } = parseMarkdown(text);
    const explain = createExplain(path, code, known);
    return code.flatMap(part =>
      commandsOf(part, known).flatMap(({ words, line }) => {
        const problem = explain(words);
        return problem === undefined ? [] : [`${path}:${part.line + line}: "${words.join(" ")}": ${problem}`];
      }),
    );
  });
}

function commandsOf({ text, language }: Code, known: KnownCommands): ShellCommand[] {
  if (language !== undefined && /^(?:sh|bash|shell|console)$/.test(language)) return parseCommands(text);
  // The five fields of the time come first.
  if (language === "cron") return parseCommands(text.replaceAll(/^(?:\S+ +){5}/gm, ""));
  if (language !== undefined) return [];
  const isCommand = ({ words: [program = "", ...args] }: ShellCommand): boolean =>
    args.length > 0 &&
    (/^(?:npm|npx|node|pnpm)$/.test(program) || known.programs.has(program) || installedCommands(known).has(program));
  const found = parseCommands(text);
  // A span such as `node:fs` or `pnpm` names a module or a program.
  return found[0] && isCommand(found[0]) ? found : [];
}
