import { CommanderError, type CommandUnknownOpts, InvalidArgumentError } from "@commander-js/extra-typings";
import { closest } from "fastest-levenshtein";
import { escapeInvisible, sanitizeText } from "../../packages/auth/src/errors/sanitize-text.ts";
import { CommandError } from "./command-error.ts";

/**
 * Parses the arguments and runs the command's action.
 *
 * `--help` prints the help and does nothing else. Invalid arguments print one line and set exit code 2; the action does
 * not run. An error of the action sets exit code 1.
 */
export async function runCommand(
  command: CommandUnknownOpts,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  rejectOptionsAsValues(command);
  command
    .exitOverride()
    .helpOption("-h, --help", "print this help and do nothing else")
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: () => {} });
  try {
    // pnpm passes on the `--` of `pnpm release -- --dry-run`, which npm needs.
    await command.parseAsync(args[0] === "--" ? args.slice(1) : args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) fail(1, explainFailure(error));
    else if (error.exitCode !== 0) fail(2, explainUsage(error, command));
  }
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

function fail(exitCode: number, message: string): void {
  process.exitCode = exitCode;
  process.stderr.write(`${message}\n`);
}

/** Names the wrong argument, and the valid one that is most like it. */
function explainUsage(error: CommanderError, command: CommandUnknownOpts): string {
  const unknown = unknownArgument(error, command);
  if (unknown === undefined) {
    const reason = oneLine(error.message.replaceAll(/^error: |\.$/g, ""));
    return `${command.name()}: ${reason}. Run it with --help for its arguments.`;
  }
  const options = command.createHelp().visibleOptions(command);
  const names = options.map(({ long }) => long).filter(name => name !== undefined);
  if (names.includes(unknown)) return `${command.name()}: ${unknown} takes no value.`;
  return `${command.name()}: unknown argument ${JSON.stringify(unknown)}. Did you mean ${closest(unknown, names)}?`;
}

function unknownArgument({ code, message }: CommanderError, command: CommandUnknownOpts): string | undefined {
  if (code === "commander.excessArguments") return command.args[command.registeredArguments.length];
  if (code !== "commander.unknownOption") return undefined;
  // Without the value after "=", which may be a secret.
  return /'([^'=]*)/.exec(message)?.[1];
}

/** Returns the text for an error of a command's action: one line if the user can fix it, otherwise with its stack. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  // By name, because `generate` runs before the package that exports the class is built.
  if (error instanceof CommandError || error.name === "QBenchAuthError") return oneLine(error.message);
  // Without the message, which can quote a response over several lines.
  const calls = (error.stack ?? "").split("\n").filter(line => line.startsWith("    at "));
  return [oneLine(`${error.name}: ${error.message}`), ...calls.map(escapeInvisible)].join("\n");
}

/** Limits a message, which can quote a server's text of 500 characters. */
const MAX_MESSAGE_LENGTH = 1000;

const oneLine = (text: string): string => sanitizeText(text, [], MAX_MESSAGE_LENGTH);
