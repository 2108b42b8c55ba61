import type { CommanderError, CommandUnknownOpts } from "@commander-js/extra-typings";
import { closestName } from "./closest-name.js";

/**
 * Returns one line about a wrong command line. It names the closest valid argument, which Commander does only for
 * similar ones. It does not show the values of unknown options, because they may be customer data.
 */
export function usageMessage(
  { message }: CommanderError,
  program: CommandUnknownOpts,
  args: readonly string[],
): string {
  const text = message.replace(/^error: /, "").replace(/'(--?[^=']+)=[^']*'/g, "'$1'");
  const [, value, choices] = /'([^']*)' is invalid.*\. Allowed choices are (.*)\.$/s.exec(text) ?? [];
  if (value !== undefined && choices !== undefined) {
    return `${text} The closest one is ${closestName(value, choices.split(", "))}.`;
  }
  const [, kind, unknown, suggestion] = /^unknown (option|command|argument) '([^']*)'(\s.*)?$/s.exec(text) ?? [];
  if (kind === undefined || unknown === undefined) return text;
  const command = program.commands.find(subcommand => subcommand.name() === args[0]) ?? program;
  const options = [...command.options.flatMap(({ long }) => long ?? []), "--help"];
  if (options.includes(unknown)) return `option '${unknown}' takes no value`;
  if (suggestion !== undefined) return text;
  const valid = kind === "command" ? program.commands.map(subcommand => subcommand.name()) : options;
  return `${text}. The closest valid argument is ${closestName(unknown, valid)}.`;
}
