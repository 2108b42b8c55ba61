import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import { CommandError } from "../command/command-error.ts";

/** An API client, with the names of the environment variables for its settings. */
export interface Client {
  name: string;
  url: string;
  clientId: string;
  clientSecret: string;
  cookie?: string;
  header?: string;
  document?: string;
}

interface ClientsFile {
  clients: Record<string, Omit<Client, "name">>;
}

const path = "openapi/clients.json";

/** Reads the API clients of `openapi/clients.json`. The first is the default one. */
export async function readClients(root: string): Promise<[Client, ...Client[]]> {
  const [data, schema] = await Promise.all([readJson(root, path), readJson(root, "openapi/clients.schema.json")]);
  if (!isClientsFile(data, schema)) throw new CommandError(`${path} lists no client. Add one.`);
  const [first, ...rest] = Object.entries(data.clients).map(([name, client]) => ({ name, ...client }));
  if (first === undefined) throw new CommandError(`${path} lists no client. Add one.`);
  return [first, ...rest];
}

/** Returns the client with this name. Without a name, returns the first client. */
export function chooseClient(clients: [Client, ...Client[]], name: string | undefined): Client {
  const client = name === undefined ? clients[0] : clients.find(each => each.name === name);
  if (client !== undefined) return client;
  const known = clients.map(each => each.name).join(", ");
  throw new CommandError(`--client ${name} is not in ${path}. Use one of its clients: ${known}.`);
}

async function readJson(root: string, file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(join(root, file), "utf8");
  } catch {
    throw new CommandError(`${file} is missing. Restore it from git.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${file} is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function isClientsFile(data: unknown, schema: unknown): data is ClientsFile {
  if (!isSchema(schema))
    throw new CommandError("openapi/clients.schema.json is not a JSON Schema. Restore it from git.");
  const { errors } = new Validator(schema, "2020-12").validate(data);
  // The validator lists the error of a whole before those of its parts. The last of the deepest is the most specific.
  const deepest = errors.toReversed().toSorted((a, b) => depth(b.instanceLocation) - depth(a.instanceLocation))[0];
  if (deepest !== undefined)
    throw new CommandError(`${path} is not valid at ${deepest.instanceLocation}: ${deepest.error}`);
  return true;
}

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;
const depth = (pointer: string): number => pointer.split("/").length;
