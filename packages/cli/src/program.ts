import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "@commander-js/extra-typings";
import { type Connection, connect } from "./connect.js";
import { exportList } from "./export-list.js";
import { toFailure } from "./failure.js";
import { get } from "./get.js";
import { printToken } from "./print-token.js";
import { tellUser } from "./tell-user.js";
import { whoami } from "./whoami.js";

const { version }: { version: string } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const settingsHelp = `
Settings, from the environment or a file .env in the working directory:
  QBENCH_URL            the tenant's address, such as https://example.qbench.net
  QBENCH_CLIENT_ID      the API client's id, from Configuration > Application > Developer > Settings > API Clients
  QBENCH_CLIENT_SECRET  its secret

Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 130 stopped with Ctrl-C`;

const examples = (...lines: string[]): string => `\nExamples:\n${lines.map(line => `  $ qbench ${line}`).join("\n")}`;

const noStore = () => new Option("--no-store", "keep the access token in memory, not in a file of the user's");

function createProgram(signal: AbortSignal) {
  const open = ({ store }: { store: boolean }): Connection => connect({ store, signal });
  const program = new Command("qbench")
    .description("The QBench API v2 from a shell")
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: text => tellUser(withoutValues(text.replace(/^error: /, ""))) })
    .addHelpText(
      "after",
      `${examples("whoami", "get orders/1", "export samples --since 7d --format csv > samples.csv")}\n${settingsHelp}`,
    );

  program
    .command("whoami")
    .description("print the tenant, the API client, its scopes, and when its access token expires")
    .addOption(noStore())
    .addHelpText("after", examples("whoami"))
    .action(options => whoami(open(options), signal));

  program
    .command("token")
    .description("print an access token, for other programs")
    .addOption(noStore())
    .addHelpText(
      "after",
      examples("token", "token | sed 's/^/Authorization: Bearer /' | curl -sH @- $QBENCH_URL/qbench/api/v2/orders/1"),
    )
    .action(options => printToken(open(options), signal));

  program
    .command("get")
    .description("print what a path of the API answers, as JSON")
    .argument("<path>", "orders/1, /qbench/api/v2/orders/1 or an address of the tenant, with or without a query")
    .addOption(noStore())
    .addHelpText("after", examples("get /orders/1", "get 'samples?order_ids=1&order_ids=2&page_size=5'"))
    .action((path, options) => get(open(options), path, signal));

  program
    .command("export")
    .description("print all rows of a list")
    .argument("<list>", "orders, tests, orders/1/samples or any other; filters are its query")
    .option("-s, --since <when>", "only rows updated since 30m, 12h, 7d or 2w ago, or since a date (UTC)")
    .addOption(
      new Option("-f, --format <format>", "one JSON object a line, or CSV")
        .choices(["ndjson", "csv"])
        .default("ndjson"),
    )
    .option("-c, --columns <names>", "the columns of CSV, with commas between them; default all fields")
    .option("--no-escape-formulas", "leave texts in CSV as they are; default a ' before what a spreadsheet would run")
    .addOption(noStore())
    .addHelpText(
      "after",
      `${examples(
        "export orders --since 7d > orders.ndjson",
        "export orders/1/samples --format csv --columns id,sample_type > samples.csv",
        "export 'samples?order_ids=1&order_ids=2' | jq .sample_type",
      )}\n\nQBench ignores filters that it does not know: look at the document for their names.`,
    )
    .action((list, options) => exportList(open(options), { ...options, list }, signal));

  return program;
}

/** An unknown option is shown without its value, which may be data of customers; a suggestion goes on the same line. */
const withoutValues = (text: string): string => text.replace(/'(--?[^=']+)=[^']*'/g, "'$1'");

/** Runs the command line and gives its exit code; what there is to tell has been told. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    await createProgram(signal).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    // What was under way has failed because it was stopped.
    if (signal.aborted) return 1;
    const { exitCode, message } = toFailure(error);
    if (message !== undefined) tellUser(message);
    return exitCode;
  }
}
