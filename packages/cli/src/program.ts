import { readFileSync } from "node:fs";
import {
  Command,
  CommanderError,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
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
      const { args, registeredArguments } = command;
      const [unknown] = registeredArguments.at(-1)?.variadic ? [] : args.slice(registeredArguments.length);
      if (unknown !== undefined) command.error(`error: unknown argument '${unknown}'`);
    });

  connecting(
    program
      .command("whoami")
      .description("print the tenant, the API client, its scopes, and when its access token expires")
      .addHelpText("after", examples("whoami", "whoami -e staging.env")),
  ).action(async options => {
    const { whoami } = await import("./commands/whoami.js");
    await whoami(await open(options), signal);
  });

  connecting(
    program
      .command("token")
      .description("print an access token, for use by another program")
      .addHelpText(
        "after",
        examples("token", "token | sed 's/^/Authorization: Bearer /' | curl -sH @- $QBENCH_URL/qbench/api/v2/orders/1"),
      ),
  ).action(async options => {
    const { printToken } = await import("./commands/token.js");
    await printToken(await open(options), signal);
  });

  connecting(
    printing(
      program
        .command("get")
        .description("print a record, or one page of a list")
        .argument("<path>", "orders/1, orders, orders/1/samples or a URL of the tenant, with or without a query")
        .option("-f, --filter <name=value>", filterHelp, collect)
        .option("-l, --limit <count>", "the first rows of a list, instead of one page", parseCount)
        .addHelpText(
          "after",
          examples(
            "get orders/1",
            "get orders --limit 100 --columns id,date_created",
            "get samples -f order_ids=1 -f order_ids=2",
          ),
        ),
    ),
  ).action(async (path, { filter: filters = [], ...options }) => {
    const { get } = await import("./commands/get.js");
    const { readOutputOptions } = await import("./output/format.js");
    await get(await open(options), { ...options, output: readOutputOptions(options), path, filters }, signal);
  });

  connecting(
    printing(
      program
        .command("export")
        .description("print all rows of a list")
        .argument("<list>", "orders, tests, orders/1/samples or any other of qbench lists, with or without a query")
        .option("-f, --filter <name=value>", filterHelp, collect)
        .option("-s, --since <when>", "only rows updated since 30m, 12h, 7d or 2w ago, or since a date (UTC)")
        .option("-l, --limit <count>", "only the first rows", parseCount)
        .addHelpText(
          "after",
          examples(
            "export orders --since 7d > orders.ndjson",
            "export orders/1/samples --format csv --columns id,sample_type > samples.csv",
            "export samples -f order_ids=1 -f order_ids=2 | jq .sample_type",
          ),
        ),
    ),
  ).action(async (list, { filter: filters = [], ...options }) => {
    const { exportList } = await import("./commands/export.js");
    const { readOutputOptions } = await import("./output/format.js");
    await exportList(await open(options), { ...options, output: readOutputOptions(options), list, filters }, signal);
  });

  connecting(
    program
      .command("api")
      .description("send any request, and print the response as QBench sent it")
      .argument("<path>", "orders/1, /qbench/api/v2/orders/1 or a URL of the tenant, with or without a query")
      .option("-X, --method <method>", "the HTTP method (default: POST if there is a body, otherwise GET)", parseMethod)
      .option("-f, --field <name=value>", "a field of the body; for GET and with --input, of the query", collect)
      .option("--input <file>", "the file with the JSON body, or - for stdin")
      .option("--paginate", "print the rows of all pages of a list, one JSON object per line")
      .option("-i, --include", "print the status and the headers, too")
      .option("-y, --yes", "send a write without a question")
      .addHelpText(
        "after",
        examples(
          "api orders/1",
          "api orders -X PATCH -f id=1 -f invoicing_notes=urgent --yes",
          "api samples --input samples.json --yes",
          "api orders -X GET -f customer_ids=1 --paginate",
        ),
      ),
  ).action(async (path, { field: fields = [], ...options }) => {
    const { api } = await import("./commands/api.js");
    await api(await open(options), { ...options, path, fields }, signal);
  });

  connecting(
    program
      .command("download")
      .description("save the file of a report or an attachment")
      .addArgument(program.createArgument("<kind>", "the kind of the record").choices(["report", "attachment"]))
      .argument("<id>", "the id of the record", parseCount)
      .option("-o, --output <file>", "the file to write or replace, or - for stdout (default: the file's own name)")
      .addHelpText(
        "after",
        examples("download report 1", "download attachment 1 -o scan.pdf", "download report 1 -o - | sha256sum"),
      ),
  ).action(async (kind, id, { output, ...options }) => {
    const { download } = await import("./commands/download.js");
    await download(await open(options), { kind, id, output }, signal);
  });

  formatted(
    program
      .command("lists")
      .description("print the names of all lists, or the filters of one list")
      .argument("[name]", "orders, orders/1/samples, or any other list")
      .addHelpText("after", examples("lists", "lists orders", "lists samples --format json")),
  ).action(async (name, options) => {
    const { showLists } = await import("./commands/lists.js");
    const { readOutputOptions } = await import("./output/format.js");
    await showLists(name, readOutputOptions(options));
  });

  const shell = () => program.createArgument("<shell>", "the shell").choices(["bash", "zsh", "fish"]);
  program
    .command("completion")
    .description("print the script that completes command lines in a shell")
    .addArgument(shell())
    .addHelpText(
      "after",
      examples(
        "completion bash >> ~/.bashrc",
        "completion zsh > ~/.zfunc/_qbench",
        "completion fish > ~/.config/fish/completions/qbench.fish",
      ),
    )
    .action(async shell => {
      const { printScript } = await import("./commands/complete.js");
      printScript(shell);
    });
  // For the scripts.
  program
    .command("complete", { hidden: true })
    .addArgument(shell())
    .argument("[words...]")
    .action(async (shell, words) => {
      const { printSuggestions } = await import("./commands/complete.js");
      await printSuggestions(program, shell, words);
    });

  for (const command of program.commands) rejectOptionsAsValues(command);
  return program;
}

/**
 * Adds the options of all commands that connect to QBench. -e is there because Node also reads --env-file among the
 * arguments of a program: it ends with 9 if the file is missing, and applies the NODE_OPTIONS in it
 * (https://github.com/nodejs/node/issues/54232).
 */
const connecting = <Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) =>
  command
    .optionsGroup("Connection options:")
    .option("-e, --env-file <file>", "the file with the settings of a tenant; it wins over the environment")
    .option("--no-store", "keep the access token in memory, not in a file")
    .option("-q, --quiet", "no notes and no progress bar on stderr")
    .option("-v, --verbose", "each request, retry and wait on stderr, without secrets");

/** Adds the options of all commands that print records. */
const printing = <Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) =>
  formatted(command).option("--raw", "print dates as QBench sent them, not in ISO 8601");

/** Adds the options of all commands that print rows. */
const formatted = <Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) =>
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
    .option("-c, --columns <names>", "the fields to print, in this order, separated by commas")
    .option("--bom", "begin the CSV with a byte order mark, for Excel")
    .option("--no-escape-formulas", "leave CSV texts unchanged; by default, formulas get a ' in front");

const filterHelp = "a filter of the list, several times if needed; qbench lists shows the filters";

const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

function parseMethod(text: string): string {
  const method = text.toUpperCase();
  if (METHODS.includes(method)) return method;
  throw new InvalidArgumentError(`The methods are ${METHODS.join(", ")}.`);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return count;
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
  const [, value, choices] = /'([^']*)' is invalid.*\. Allowed choices are (.*)\.$/s.exec(text) ?? [];
  if (value !== undefined && choices !== undefined) {
    return `${text} The closest one is ${closest(value, choices.split(", "))}.`;
  }
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
