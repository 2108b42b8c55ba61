import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { writeIfChanged } from "../command/write-file.ts";
import { readClients } from "./read-clients.ts";

const path = "openapi/clients.json";
/** Names of other files, in `openapi` or in `packages/types`. */
const reserved = ["built-in", "clients", "common", "index", "names", "outline"];

/** Adds an API client to `openapi/clients.json`. Returns the names of the environment variables for its settings. */
export async function addClient(root: string, name: string): Promise<string[]> {
  const clients = await readClients(root);
  if (clients.some(client => client.name === name))
    throw new CommandError(`${path} already has a client ${name}. Choose another name.`);
  if (!/^[a-z][a-z0-9-]*$/.test(name) || reserved.includes(name)) {
    throw new CommandError(
      `${name} cannot be the name of a client. Use lower-case letters, digits and hyphens, such as "billing". These names are reserved: ${reserved.join(", ")}.`,
    );
  }
  const prefix = name.toUpperCase().replaceAll("-", "_");
  const [first] = clients;
  const file = JSON.parse(await readFile(join(root, path), "utf8"));
  file.clients[name] = {
    // Usually another API client of the same tenant.
    url: first.url,
    clientId: `${prefix}_CLIENT_ID`,
    clientSecret: `${prefix}_CLIENT_SECRET`,
    ...(first.cookie !== undefined && { cookie: first.cookie }),
  };
  await writeIfChanged(join(root, path), `${JSON.stringify(file, null, 2)}\n`);
  return [first.url, `${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`];
}
