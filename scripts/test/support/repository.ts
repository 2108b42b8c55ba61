import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningEmulator } from "@qbench-sdk/emulator";
import { onTestFinished } from "vitest";
import { readBuiltIn } from "../../clients/built-in-document.ts";
import { formatDocument } from "../../document/normalise/sort-document.ts";

export const repository: string = join(import.meta.dirname, "../../..");

/** Creates a repository without documents: the list of clients, names and overlays. The end of the test removes it. */
export async function emptyRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "qbench-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await copySettings(root);
  return root;
}

/** Writes the files that a pull reads in addition to the document, without what a company's copy adds to them. */
export async function copySettings(root: string): Promise<void> {
  for (const file of ["clients.schema.json", "names.json", "overlays/qbench.yaml"]) {
    await cp(join(repository, "openapi", file), join(root, "openapi", file));
  }
  const main = {
    url: "QBENCH_URL",
    clientId: "QBENCH_CLIENT_ID",
    clientSecret: "QBENCH_CLIENT_SECRET",
    cookie: "QBENCH_DOCS_COOKIE",
  };
  await writeFile(join(root, "openapi/clients.json"), JSON.stringify({ clients: { main } }));
}

/** Returns the document of the emulator, as a pull would write it. `openapi/` has it only until the pull from a tenant. */
export const builtInText = async (): Promise<string> => formatDocument(await readBuiltIn(repository));

/**
 * Creates a repository with the commands, the document of the emulator as `openapi/main.json`, and links to the packages.
 * Commands that are run there do not read the documents of this repository.
 */
export async function copyCommands(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "qbench-"));
  await copySettings(root);
  await writeFile(join(root, "openapi/main.json"), await builtInText());
  const scripts = join(repository, "scripts");
  await cp(scripts, join(root, "scripts"), {
    recursive: true,
    filter: source => !["node_modules", "test", ".turbo"].some(name => source === join(scripts, name)),
  });
  for (const name of ["scripts/node_modules", "node_modules", "packages", "package.json"]) {
    await symlink(join(repository, name), join(root, name), name.endsWith(".json") ? "file" : "junction");
  }
  return root;
}

export const readMain = (root: string): Promise<string> => readFile(join(root, "openapi/main.json"), "utf8");

export function environmentOf(emulator: RunningEmulator): Record<string, string | undefined> {
  const [client] = emulator.clients.list();
  return { QBENCH_URL: emulator.url, QBENCH_CLIENT_ID: client?.id, QBENCH_CLIENT_SECRET: client?.secret };
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Site {
  url: string;
  /** All requests so far, in order. */
  requests: IncomingMessage[];
}

/** Starts a server on loopback that replies by path. The test closes it at its end. */
export async function serve(replies: Record<string, Reply | string>): Promise<Site> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const found = replies[new URL(request.url ?? "/", "http://localhost").pathname] ?? {
      status: 404,
      body: "nothing here",
    };
    const { status = 200, headers = {}, body = "" }: Reply = typeof found === "string" ? { body: found } : found;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, requests };
}

/** Returns a minimal document with a title to recognize it by. */
export const tinyDocument = (title = "tiny"): string =>
  JSON.stringify({
    openapi: "3.0.3",
    info: { title, version: "1" },
    paths: { "/things": { get: { responses: { 200: { description: "OK" } } } } },
  });
