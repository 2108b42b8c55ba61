import { readFileSync } from "node:fs";
import { Command } from "@commander-js/extra-typings";
import type { Connection, ConnectOptions } from "./connection/connect.js";
import {
  collect,
  connecting,
  filterHelp,
  formatted,
  parseCount,
  parseMethod,
  printing,
  rejectOptionsAsValues,
} from "./options.js";

const { version }: { version: string } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const settingsHelp = `
Settings, from the environment, from .env, or from the file of -e:
  QBENCH_URL            the tenant's address, such as https://example.qbench.net
  QBENCH_CLIENT_ID      the API client's id
  QBENCH_CLIENT_SECRET  the API client's secret
  In QBench: Configuration > Application > Developer > Settings > API Clients

Exit codes: 0 success, 1 failure, 2 wrong usage or settings, 130 Ctrl-C`;

const examples = (...lines: string[]): string => `\nExamples:\n${lines.map(line => `  $ qbench ${line}`).join("\n")}`;

// Each command imports its code when it runs, so that help, wrong usage and other commands do not wait for it.
export function createProgram(signal: AbortSignal) {
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
    const output = readOutputOptions(options);
    await get(await open(options), { ...options, output, path, filters }, signal);
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
            "export orders/1/samples --format csv -c id,sample_type > samples.csv",
            "export samples -f order_ids=1 -f order_ids=2 | jq .sample_type",
          ),
        ),
    ),
  ).action(async (list, { filter: filters = [], ...options }) => {
    const { exportList } = await import("./commands/export.js");
    const { readOutputOptions } = await import("./output/format.js");
    const output = readOutputOptions(options);
    await exportList(await open(options), { ...options, output, list, filters }, signal);
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
    "the columns to print, in this order: name,type",
  ).action(async (name, options) => {
    const { showLists } = await import("./commands/lists.js");
    const { readOutputOptions } = await import("./output/format.js");
    await showLists(name, readOutputOptions(options));
  });

  const shellArgument = () => program.createArgument("<shell>", "the shell").choices(["bash", "zsh", "fish"]);
  program
    .command("completion")
    .description("print the script that completes command lines in a shell")
    .addArgument(shellArgument())
    .addHelpText(
      "after",
      examples(
        "completion bash >> ~/.bashrc",
        "completion zsh >> ~/.zshrc",
        "completion fish > ~/.config/fish/completions/qbench.fish",
      ),
    )
    .action(async shell => {
      const { printScript } = await import("./commands/complete.js");
      printScript(shell);
    });
  // The script calls this.
  program
    .command("complete", { hidden: true })
    .addArgument(shellArgument())
    .argument("[words...]")
    .action(async (shell, words) => {
      const { printSuggestions } = await import("./commands/complete.js");
      await printSuggestions(program, shell, words);
    });

  for (const command of program.commands) rejectOptionsAsValues(command);
  return program;
}
