#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError, type CommandUnknownOpts, InvalidArgumentError } from "@commander-js/extra-typings";
import { closest } from "fastest-levenshtein";
import type { Scope } from "./identity/scopes.js";
import type { OpenApiDocument } from "./openapi/document.js";
import { docsPath } from "./paths.js";
import { startEmulator } from "./start-emulator.js";

const { version }: { version: string } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const help = `
It prints the settings of its API client in the form of a .env file, and the address of the client's docs page.

Examples:
  $ qbench-emulator --port 0 --token-seconds 5
  $ qbench-emulator --scope "GET /orders*" --scope "PATCH /tests"

Exit codes: 0 stopped, 1 cannot start, 2 wrong usage`;

const wholeNumber =
  (low: number, high: number) =>
  (value: string): number => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= low && number <= high) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };

function readScope(text: string): Scope {
  const [, verb, path] = /^(\*|GET|POST|PUT|PATCH|DELETE) \/(\S*)$/.exec(text) ?? [];
  if (path === undefined) {
    throw new InvalidArgumentError('It must be a method or *, a space and a path, such as "GET /orders*".');
  }
  const verbs = ["*", "GET", "POST", "PUT", "PATCH", "DELETE"] as const;
  return `${verbs.find(known => known === verb) ?? "*"} /${path}`;
}

const program = new Command("qbench-emulator")
  .description("Serves an emulated QBench API v2 on this machine until it is stopped.")
  .version(version)
  .option("--port <number>", "the port to listen on; 0 takes a free one", wholeNumber(0, 65_535), 4010)
  .option("--document <file>", "the OpenAPI document to serve, as JSON (default: the built-in document)")
  .option("--name <name>", 'the name of the API client (default: "Emulated client")')
  .option("--cors-origin <origin>", "the CORS origin of the API client, for a browser application")
  .option(
    "--scope <scope>",
    'a scope of the API client, such as "GET /orders*"; can be repeated (default: all)',
    (text, scopes: Scope[] | undefined) => [...(scopes ?? []), readScope(text)],
  )
  .option("--token-seconds <number>", "the lifetime of access tokens", wholeNumber(1, 86_400), 3600)
  .option("--seed <number>", "determines ids, secrets and records", wholeNumber(0, 2 ** 31 - 1), 1)
  .addHelpText("after", help)
  // Unknown arguments are reported in the action, with the closest option, in one line.
  .allowUnknownOption()
  .allowExcessArguments()
  .exitOverride()
  .configureOutput({ outputError: text => writeLine(text.replace(/^error: /, "")) })
  .action(async ({ port, document, name, corsOrigin, scope: scopes, tokenSeconds, seed }) => {
    const [unknown] = program.args;
    if (unknown !== undefined) rejectArgument(unknown);
    const emulator = await startEmulator({
      port,
      seed,
      tokens: { accessTokenSeconds: tokenSeconds },
      clients: [
        {
          ...(name !== undefined && { name }),
          ...(corsOrigin !== undefined && { corsOrigin }),
          ...(scopes && { scopes }),
        },
      ],
      ...(document !== undefined && { document: readDocument(document) }),
    });
    const [client] = emulator.clients.list();
    process.stdout.write(`QBENCH_URL=${emulator.url}
QBENCH_CLIENT_ID=${client?.id}
QBENCH_CLIENT_SECRET=${client?.secret}
# docs page: ${emulator.url}${docsPath}/${client?.id}
`);
    const stop = (): void => void emulator.close().then(() => process.exit(0));
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  });

/** Writes one line to stderr. */
function writeLine(message: string): void {
  process.stderr.write(`qbench-emulator: ${message.replace(/\s+/g, " ").trim()}\n`);
}

/** Ends the command with one line on stderr. */
function fail(message: string): never {
  return program.error(message);
}

/** Names the argument without its value, and the option that is closest to it. */
function rejectArgument(argument: string): never {
  const [flag = ""] = argument.split("=");
  const flags = ["--help", "--version", ...program.options.flatMap(({ long }) => long ?? [])];
  fail(`unknown argument "${flag}". Did you mean ${closest(flag, flags)}?`);
}

function readDocument(file: string): OpenApiDocument {
  let parsed: Partial<OpenApiDocument> | null;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (Object(error).name === "SyntaxError") fail(`--document: ${file} is not JSON`);
    const { code } = Object(error);
    fail(`--document: ${file} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}`);
  }
  const { openapi, info, paths, ...rest } = parsed ?? {};
  if (typeof openapi !== "string" || !info || !paths) {
    fail(`--document: ${file} is not an OpenAPI 3 document`);
  }
  return { ...rest, openapi, info, paths };
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

try {
  rejectOptionsAsValues(program);
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (Object(error).code === "EADDRINUSE") {
    writeLine("the port is in use. Choose another with --port.");
    process.exitCode = 1;
  } else {
    throw error;
  }
}
