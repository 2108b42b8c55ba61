import { readFileSync } from "node:fs";
import {
  Command,
  CommanderError,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
} from "@commander-js/extra-typings";
import { closest } from "fastest-levenshtein";
import type { Connection, ConnectOptions } from "./connection/connect.js";
import type { ErrorReport } from "./errors/error-report.js";
import { writeLine } from "./output/write-line.js";

const { version }: { version: string } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const settingsHelp = `
Settings, from the environment, from a file .env in the working directory, or from the file of -e:
  QBENCH_URL            the tenant's address, such as https://example.qbench.net
  QBENCH_CLIENT_ID      the API client's id, from Configuration > Application > Developer > Settings > API Clients
  QBENCH_CLIENT_SECRET  the API client's secret

Exit codes: 0 success, 1 failure, 2 wrong usage or settings, 130 stopped with Ctrl-C`;

const examples = (...lines: string[]): string => `\nExamples:\n${lines.map(line => `  $ qbench ${line}`).join("\n")}`;

const noStore = () => new Option("--no-store", "keep the access token in memory, not in a file");
// The short name, because Node also reads --env-file among the arguments of a program. It ends with 9 if the file is
// missing, and applies the NODE_OPTIONS in it (https://github.com/nodejs/node/issues/54232).
const envFile = () =>
  new Option("-e, --env-file <file>", "a file with the settings of a tenant, which wins over the environment");
const quiet = () => new Option("-q, --quiet", "no notes and no progress bar on stderr");
const verbose = () => new Option("-v, --verbose", "each request, retry and wait on stderr, without secrets");

// Each command imports its code when it runs, so that help, wrong usage and other commands do not wait for it.
function createProgram(signal: AbortSignal) {
  const open = async (options: Omit<ConnectOptions, "signal">): Promise<Connection> => {
    const { connect } = await import("./connection/connect.js");
    return connect({ ...options, signal });
  };
  const program = new Command("qbench")
    .description("Use the QBench API v2 from a shell")
    .version(version)
    .exitOverride()
    // `run` reports errors itself, on one line.
    .configureOutput({ outputError() {} })
    .addHelpText(
      "after",
      `${examples("whoami", "get orders/1", "export samples --since 7d --format csv > samples.csv")}\n${settingsHelp}`,
    )
    // Commander's own message about excess arguments does not name them.
    .allowExcessArguments()
    .hook("preAction", (_, command) => {
      const [unknown] = command.args.slice(command.registeredArguments.length);
      if (unknown !== undefined) command.error(`error: unknown argument '${unknown}'`);
    });

  program
    .command("whoami")
    .description("print the tenant, the API client, its scopes, and when its access token expires")
    .addOption(envFile())
    .addOption(noStore())
    .addOption(quiet())
    .addOption(verbose())
    .addHelpText("after", examples("whoami"))
    .action(async options => {
      const { whoami } = await import("./commands/whoami.js");
      await whoami(await open(options), signal);
    });

  program
    .command("token")
    .description("print an access token, for use by another program")
    .addOption(envFile())
    .addOption(noStore())
    .addOption(quiet())
    .addOption(verbose())
    .addHelpText(
      "after",
      examples("token", "token | sed 's/^/Authorization: Bearer /' | curl -sH @- $QBENCH_URL/qbench/api/v2/orders/1"),
    )
    .action(async options => {
      const { printToken } = await import("./commands/token.js");
      await printToken(await open(options), signal);
    });

  program
    .command("get")
    .description("send a GET request and print the response as JSON")
    .argument("<path>", "orders/1, /qbench/api/v2/orders/1 or a URL of the tenant, with or without a query")
    .addOption(envFile())
    .addOption(noStore())
    .addOption(quiet())
    .addOption(verbose())
    .addHelpText("after", examples("get /orders/1", "get 'samples?order_ids=1&order_ids=2&page_size=5'"))
    .action(async (path, options) => {
      const { printResponse } = await import("./commands/get.js");
      await printResponse(await open(options), path, signal);
    });

  program
    .command("export")
    .description("print all rows of a list")
    .argument("<list>", "orders, tests, orders/1/samples or any other list; filters are given as its query")
    .option("-s, --since <when>", "only rows updated since 30m, 12h, 7d or 2w ago, or since a date (UTC)")
    .addOption(
      new Option("-f, --format <format>", "one JSON object per line, or CSV")
        .choices(["ndjson", "csv"])
        .default("ndjson"),
    )
    .option("-c, --columns <names>", "the fields to write as CSV columns, separated by commas (default: all fields)")
    .option("--no-escape-formulas", "leave CSV texts unchanged; by default, formulas get a ' in front")
    .addOption(envFile())
    .addOption(noStore())
    .addOption(quiet())
    .addOption(verbose())
    .addHelpText(
      "after",
      `${examples(
        "export orders --since 7d > orders.ndjson",
        "export orders/1/samples --format csv --columns id,sample_type > samples.csv",
        "export 'samples?order_ids=1&order_ids=2' | jq .sample_type",
      )}\n\nQBench ignores unknown filters and returns the whole list. The API document has the names of the filters.`,
    )
    .action(async (list, options) => {
      const { exportList } = await import("./commands/export.js");
      await exportList(await open(options), { ...options, list }, signal);
    });

  for (const command of program.commands) rejectOptionsAsValues(command);
  return program;
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

/**
 * Returns one line about a wrong command line. It names the closest valid argument, which Commander does only for
 * similar ones. It does not show the values of unknown options, because they may be customer data.
 */
function usageMessage({ message }: CommanderError, program: CommandUnknownOpts, args: readonly string[]): string {
  const text = message.replace(/^error: /, "").replace(/'(--?[^=']+)=[^']*'/g, "'$1'");
  const [, kind, unknown, suggestion] = /^unknown (option|command|argument) '([^']*)'(\s.*)?$/s.exec(text) ?? [];
  if (kind === undefined || unknown === undefined) return text;
  const command = program.commands.find(subcommand => subcommand.name() === args[0]) ?? program;
  const options = [...command.options.flatMap(({ long }) => long ?? []), "--help"];
  if (options.includes(unknown)) return `option '${unknown}' takes no value`;
  if (suggestion !== undefined) return text;
  const valid = kind === "command" ? program.commands.map(subcommand => subcommand.name()) : options;
  return `${text}. The closest valid argument is ${closest(unknown, valid)}.`;
}

/** Reports an error. The code for that is imported too, so a missing part can be the error that it fails with. */
async function toReport(error: unknown): Promise<ErrorReport> {
  if (Object(error).code === "ERR_MODULE_NOT_FOUND") {
    return { exitCode: 1, message: "A part of qbench could not be loaded. Install @qbench-sdk/cli again." };
  }
  const { toErrorReport } = await import("./errors/error-report.js");
  return toErrorReport(error);
}

/** Runs the command line and returns the exit code. All messages have been written by then. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const program = createProgram(signal);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // Commander has printed the help already, if the command is missing.
      if (error.code !== "commander.help") await writeLine(usageMessage(error, program, args));
      return 2;
    }
    // The signal itself causes an error, which needs no message.
    if (signal.aborted) return 1;
    const { exitCode, message } = await toReport(error).catch(toReport);
    if (message !== undefined) await writeLine(message);
    return exitCode;
  }
}
