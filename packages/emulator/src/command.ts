#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError, type CommandUnknownOpts, InvalidArgumentError } from "@commander-js/extra-typings";
import { closest } from "fastest-levenshtein";
import type { LoggedRequest } from "./http/request-log.js";
import type { ApiClientOptions } from "./identity/api-clients.js";
import { isScope, type Scope } from "./identity/scopes.js";
import type { OpenApiDocument } from "./openapi/document.js";
import { OptionError } from "./options/option-error.js";
import { docsPath } from "./paths.js";
import { startEmulator } from "./start-emulator.js";

const { version }: { version: string } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The process that started this one. The system replaces it when it ends. */
const parent = process.ppid;

const help = `
It prints the settings of its API client in the form of a .env file, and the address of the client's docs page.

The files have the JSON of the options of createEmulator:
  --records  {"*": 0, "customers": 5, "orders": [{"id": 7, "customer_account_id": 3}]}
  --clients  [{"name": "Nightly export", "scopes": ["GET /orders*"]}]
  --faults   [{"on": "api", "status": 503, "probability": 0.05}]

Examples:
  $ qbench-emulator --port 0 --token-seconds 5
  $ qbench-emulator --scope "GET /orders*" --scope "PATCH /tests"
  $ qbench-emulator --records records.json --faults faults.json --log

Exit codes: 0 stopped, 1 cannot start, 2 wrong usage`;

const wholeNumber =
  (low: number, high: number) =>
  (value: string): number => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= low && number <= high) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };

function readScope(scope: string): Scope {
  if (isScope(scope)) return scope;
  throw new InvalidArgumentError('It must be a method or *, a space and a path, such as "GET /orders*".');
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
  .option("--records <file>", "the records that exist from the start, as JSON (default: a small laboratory)")
  .option("--clients <file>", "the API clients, as JSON, instead of one from --name, --cors-origin and --scope")
  .option("--faults <file>", "the faults to inject, as JSON (default: none)")
  .option("--log", "write one line to stderr for each request")
  .option("--token-seconds <number>", "the lifetime of access tokens", wholeNumber(1, 86_400), 3600)
  .option("--seed <number>", "determines ids, secrets and records", wholeNumber(0, 2 ** 31 - 1), 1)
  .addHelpText("after", help)
  // Unknown arguments are reported in the action, with the closest option, in one line.
  .allowUnknownOption()
  .allowExcessArguments()
  .exitOverride()
  .configureOutput({ outputError: text => writeLine(text.replace(/^error: /, "")) })
  .action(async ({ port, document, tokenSeconds, seed, log, ...rest }) => {
    const [unknown] = program.args;
    if (unknown !== undefined) rejectArgument(unknown);
    const { records, clients, faults, name, corsOrigin, scope: scopes } = rest;
    const files = { records, clients, faults };
    const single = { "--name": name, "--cors-origin": corsOrigin, "--scope": scopes };
    const [conflict] = Object.entries(single).find(([, value]) => value !== undefined) ?? [];
    if (clients !== undefined && conflict) fail(`--clients and ${conflict} exclude each other`);
    const emulator = await startEmulator({
      port,
      seed,
      tokens: { accessTokenSeconds: tokenSeconds },
      clients:
        clients !== undefined
          ? readClients(clients)
          : [
              {
                ...(name !== undefined && { name }),
                ...(corsOrigin !== undefined && { corsOrigin }),
                ...(scopes && { scopes }),
              },
            ],
      ...(document !== undefined && { document: readDocument(document) }),
      ...(records !== undefined && { records: readJson("--records", records) }),
      ...(faults !== undefined && { faults: readJson("--faults", faults) }),
      ...(log && { onRequest: writeRequest }),
    }).catch((error: unknown) => {
      if (!(error instanceof OptionError)) throw error;
      const { option, reason } = error;
      return fail(`--${option}: ${files[option]}: ${reason}`);
    });
    const [client, ...others] = emulator.clients.list();
    const further = others.map(
      ({ name: label, id, secret }) =>
        `# ${JSON.stringify(label)}: QBENCH_CLIENT_ID=${id} QBENCH_CLIENT_SECRET=${secret}\n`,
    );
    process.stdout.write(`QBENCH_URL=${emulator.url}
QBENCH_CLIENT_ID=${client?.id}
QBENCH_CLIENT_SECRET=${client?.secret}
# docs page: ${emulator.url}${docsPath}/${client?.id}
${further.join("")}`);
    const stop = (): void => void emulator.close().then(() => process.exit(0));
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    if (process.env.npm_command === "exec") onParentExit(stop);
  });

/** Calls back when the parent process has ended. npx starts commands in a shell, which does not pass SIGTERM on. */
function onParentExit(callback: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 200).unref();
}

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

/** Reads a JSON file. The emulator checks the value. */
function readJson<T>(option: string, file: string): T {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (Object(error).name === "SyntaxError") fail(`${option}: ${file} is not JSON`);
    const { code } = Object(error);
    return fail(`${option}: ${file} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}`);
  }
}

function readClients(file: string): ApiClientOptions[] {
  const clients = readJson<ApiClientOptions[]>("--clients", file);
  return Array.isArray(clients) && clients.length === 0 ? fail(`--clients: ${file} has no API client`) : clients;
}

function readDocument(file: string): OpenApiDocument {
  const { openapi, info, paths, ...rest } = readJson<Partial<OpenApiDocument> | null>("--document", file) ?? {};
  if (typeof openapi !== "string" || !info || !paths) {
    fail(`--document: ${file} is not an OpenAPI 3 document`);
  }
  return { ...rest, openapi, info, paths };
}

/** Writes one line to stderr for a request: method, path, status, time and the name of the API client. */
function writeRequest({ method, path, status = 0, durationMs, client }: LoggedRequest): void {
  const outcome = status === 0 ? "cut" : status;
  process.stderr.write(`${method} ${path} ${outcome} ${Math.round(durationMs)} ms ${JSON.stringify(client ?? null)}\n`);
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
