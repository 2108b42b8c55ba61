#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { OpenApiDocument } from "./openapi/document.js";
import { startEmulator } from "./start-emulator.js";

const usage = `qbench-emulator: a QBench API v2 on this machine

  --port NUMBER           the port to listen on (default 4010)
  --document FILE         the OpenAPI document to serve, JSON (default the built-in one)
  --name NAME             the API client's name (default "Emulated client")
  --cors-origin ORIGIN    the API client's CORS origin, for a browser application
  --scope SCOPE           a scope of the API client, such as "GET /orders*"; may be repeated (default all)
  --token-seconds NUMBER  how long access tokens live (default 3600)
  --seed NUMBER           decides ids, secrets and records (default 1)
  --help
`;

class UsageError extends Error {}

function wholeNumber(name: string, value: string, low: number, high: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= low && number <= high) return number;
  throw new UsageError(`--${name} takes a whole number from ${low} to ${high}`);
}

function readDocument(file: string): OpenApiDocument {
  let document: Partial<OpenApiDocument>;
  try {
    document = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new UsageError(`--document ${file}: ${missing ? "there is no such file" : "is not JSON"}`);
  }
  const { openapi, info, paths, ...rest } = document ?? {};
  if (typeof openapi !== "string" || !info || !paths) {
    throw new UsageError(`--document ${file}: is not an OpenAPI 3 document`);
  }
  return { ...rest, openapi, info, paths };
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: "4010" },
        document: { type: "string" },
        name: { type: "string" },
        "cors-origin": { type: "string" },
        scope: { type: "string", multiple: true },
        "token-seconds": { type: "string", default: "3600" },
        seed: { type: "string", default: "1" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help) return void process.stdout.write(usage);
  const emulator = await startEmulator({
    port: wholeNumber("port", values.port, 0, 65_535),
    seed: wholeNumber("seed", values.seed, 0, 2 ** 31 - 1),
    tokens: { accessTokenSeconds: wholeNumber("token-seconds", values["token-seconds"], 1, 86_400) },
    clients: [
      {
        ...(values.name !== undefined && { name: values.name }),
        ...(values["cors-origin"] !== undefined && { corsOrigin: values["cors-origin"] }),
        ...(values.scope && { scopes: values.scope.map(readScope) }),
      },
    ],
    ...(values.document !== undefined && { document: readDocument(values.document) }),
  });
  const [client] = emulator.clients.list();
  process.stdout.write(`QBENCH_URL=${emulator.url}
QBENCH_CLIENT_ID=${client?.id}
QBENCH_CLIENT_SECRET=${client?.secret}
# docs page: ${emulator.url}/qbench/api/v2/docs/openapi/${client?.id}
`);
  const stop = (): void => void emulator.close().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function readScope(text: string): `${"*" | "GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}` {
  const [, verb, path] = /^(\*|GET|POST|PUT|PATCH|DELETE) \/(\S*)$/.exec(text) ?? [];
  if (path === undefined)
    throw new UsageError(`--scope takes a method or *, and a path: "GET /orders*", not "${text}"`);
  const verbs = ["*", "GET", "POST", "PUT", "PATCH", "DELETE"] as const;
  return `${verbs.find(known => known === verb) ?? "*"} /${path}`;
}

main().catch((error: unknown) => {
  const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (!inUse && !(error instanceof UsageError)) throw error;
  process.stderr.write(
    `qbench-emulator: ${inUse ? "the port is in use; choose another with --port" : error.message}\n`,
  );
  process.exitCode = 1;
});
