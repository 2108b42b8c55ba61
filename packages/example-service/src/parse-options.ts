import {
  type Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  type OptionValues,
} from "@commander-js/extra-typings";
import { closest } from "fastest-levenshtein";

/**
 * Parses the options of a command. `--help` prints the help and ends the process with exit code 0. For a wrong argument
 * it prints one line, which names the argument and the closest valid one, and ends the process with exit code 2.
 */
export function parseOptions<Options extends OptionValues>(command: Command<[], Options>): Options {
  rejectOptionsAsValues(command);
  command
    // Commander names the closest argument only if it is similar, and does not name excess arguments at all.
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .configureOutput({ outputError: text => process.stderr.write(text.replace(/^error: /, "")) })
    .parse();
  const [argument] = command.args;
  if (argument === undefined) return command.opts();
  // The value of an option is not shown, because it could be a secret.
  const name = argument.replace(/=.*/s, "");
  const valid = [...command.options.flatMap(({ long }) => long ?? []), "--help"];
  command.error(
    valid.includes(name)
      ? `The option ${name} takes no value.`
      : `Unknown argument ${name}. The closest valid argument is ${closest(name, valid)}.`,
  );
}

/** Rejects an option as the value of the option before it, as in `--from --help`. Commander would accept it. */
function rejectOptionsAsValues(command: CommandUnknownOpts): void {
  for (const option of command.options.filter(({ required }) => required)) {
    const parse = option.parseArg;
    option.argParser((value: string, previous: unknown) => {
      if (/^--?[a-z]/i.test(value)) throw new InvalidArgumentError("The value is missing.");
      return parse ? parse(value, previous) : value;
    });
  }
}
