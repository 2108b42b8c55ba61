import type { Argument, CommandUnknownOpts } from "@commander-js/extra-typings";
import { findPosition, type Position } from "./position.js";
import type { Suggestion, Suggestions } from "./suggestion.js";

/** Suggests how the last word of a command line continues. It can be empty. */
export async function suggest(program: CommandUnknownOpts, words: readonly string[]): Promise<Suggestions> {
  const position = findPosition(program, words);
  const { kind, values } = await suggestText(program, position);
  const matches = values.filter(({ value }) => value.startsWith(position.text));
  return { kind, values: matches.map(each => ({ ...each, value: position.prefix + each.value })) };
}

async function suggestText(program: CommandUnknownOpts, position: Position): Promise<Suggestions> {
  const { command, args, option, text, allowsOptions } = position;
  if (option) return option.argChoices ? choices(option.argChoices) : suggestValue(position);
  if (allowsOptions && text.startsWith("-")) return { kind: "values", values: suggestOptions(position) };
  const isHelp = command === program && args.length === 1 && args[0] === "help";
  if (command === program) return { kind: "values", values: args.length === 0 || isHelp ? commandsOf(program) : [] };
  const argument: Argument | undefined = command.registeredArguments[args.length];
  if (!argument) return none;
  return argument.argChoices ? choices(argument.argChoices) : suggestPath(position);
}

const none: Suggestions = { kind: "values", values: [] };

const choices = (values: readonly string[]): Suggestions => ({
  kind: "values",
  values: values.map(value => ({ value })),
});

const commandsOf = (program: CommandUnknownOpts): Suggestion[] =>
  program
    .createHelp()
    .visibleCommands(program)
    .map(command => ({ value: command.name(), description: command.description() }));

/** Suggests the options that were not given. Those of the form `name=value` can be repeated. */
function suggestOptions({ command, given, text }: Position): Suggestion[] {
  const used = new Set(given.filter(({ option }) => !option.flags.includes("=")).map(({ option }) => option.long));
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => !used.has(long))
    .map(({ long, short, description }) => ({ value: (text === short ? short : long) ?? "", description }));
}

// The outline of the document is loaded only for what is in it.
async function suggestValue(position: Position): Promise<Suggestions> {
  if (/<file>/.test(position.option?.flags ?? "")) return { kind: "files", values: [] };
  const { suggestNames } = await import("./suggest-names.js");
  return suggestNames(position);
}

async function suggestPath(position: Position): Promise<Suggestions> {
  const { suggestPaths } = await import("./suggest-paths.js");
  return { kind: "values", values: suggestPaths(position.command.name(), position.text) };
}
