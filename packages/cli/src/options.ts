import {
  type Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";

/**
 * Adds the options of all commands that connect to QBench. -e is there because Node also reads --env-file among the
 * arguments of a program: it ends with 9 if the file is missing, and applies the NODE_OPTIONS in it
 * (https://github.com/nodejs/node/issues/54232).
 */
export const connecting = <Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) =>
  command
    .optionsGroup("Connection options:")
    .option("-e, --env-file <file>", "the file with the settings of a tenant; it wins over the environment")
    .option("--no-store", "keep the access token in memory, not in a file")
    .option("-q, --quiet", "no notes and no progress bar on stderr")
    .option("-v, --verbose", "each request, retry and wait on stderr, without secrets");

/** Adds the options of all commands that print records. */
export const printing = <Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) =>
  formatted(command, "the fields to print, in this order: id,state; put + before a custom field").option(
    "--raw",
    "print dates as QBench sent them, not in ISO 8601",
  );

/** Adds the options of all commands that print rows. */
export const formatted = <Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
  columnsHelp: string,
) =>
  command
    .optionsGroup("Output options:")
    .addOption(
      new Option("--format <format>", "the format (default: table on a terminal, otherwise ndjson)").choices([
        "table",
        "json",
        "ndjson",
        "csv",
      ]),
    )
    .option("-c, --columns <names>", columnsHelp)
    .option("--bom", "begin the CSV with a byte order mark, for Excel")
    .option("--no-escape-formulas", "leave CSV texts unchanged; by default, formulas get a ' in front");

export const filterHelp = "a filter of the list, several times if needed; qbench lists shows the filters";

export const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function parseMethod(text: string): string {
  const method = text.toUpperCase();
  if (METHODS.includes(method)) return method;
  throw new InvalidArgumentError(`The methods are ${METHODS.join(", ")}.`);
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count) || count < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return count;
}

/** Rejects an option as the value of the option before it, as in `--from --help`. Commander would accept it. */
export function rejectOptionsAsValues(command: CommandUnknownOpts): void {
  for (const option of command.options.filter(({ required }) => required)) {
    const parse = option.parseArg;
    option.argParser((value: string, previous: unknown) => {
      if (/^--?[a-z]/i.test(value)) throw new InvalidArgumentError("The value is missing.");
      return parse ? parse(value, previous) : value;
    });
  }
}
