import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import { CommandError } from "../command/command-error.ts";

/** One API client: the names of the variables that hold its settings. */
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

/** The API clients of `openapi/clients.json`; the first is the default one. */
export async function readClients(root: string): Promise<[Client, ...Client[]]> {
  const place = "openapi/clients.json";
  const [file, schema] = await Promise.all([readJson(root, place), readJson(root, "openapi/clients.schema.json")]);
  if (!isClientsFile(file, schema, place)) throw new CommandError(`${place} lists no client`);
  const [first, ...rest] = Object.entries(file.clients).map(([name, client]) => ({ name, ...client }));
  if (first === undefined) throw new CommandError(`${place} lists no client`);
  return [first, ...rest];
}

/** The client that was asked for, or the first. */
export function chooseClient(clients: [Client, ...Client[]], name: string | undefined): Client {
  const client = name === undefined ? clients[0] : clients.find(each => each.name === name);
  if (client !== undefined) return client;
  const known = clients.map(each => each.name).join(", ");
  throw new CommandError(`--client ${name} is not in openapi/clients.json, which lists: ${known}`);
}

async function readJson(root: string, place: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(join(root, place), "utf8");
  } catch {
    throw new CommandError(`${place} is missing`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${place} is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function isClientsFile(file: unknown, schema: unknown, place: string): file is ClientsFile {
  if (!isSchema(schema)) throw new CommandError("openapi/clients.schema.json is not a JSON Schema");
  const { errors } = new Validator(schema, "2020-12").validate(file);
  // The validator lists an error of the whole before those of its parts: the last of the deepest says most.
  const deepest = errors.toReversed().toSorted((a, b) => depth(b.instanceLocation) - depth(a.instanceLocation))[0];
  if (deepest !== undefined) throw new CommandError(`${place} at ${deepest.instanceLocation}: ${deepest.error}`);
  return true;
}

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;
const depth = (pointer: string): number => pointer.split("/").length;
