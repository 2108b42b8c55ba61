import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { writeIfChanged } from "../command/write-file.ts";
import { readClients } from "./read-clients.ts";

const place = "openapi/clients.json";
/** Files of other meanings, here or in `packages/types`. */
const reserved = ["clients", "common", "index", "names"];

/** Adds an API client to the list, with variables named after it; which ones these are. */
export async function addClient(root: string, name: string): Promise<string[]> {
  const clients = await readClients(root);
  if (clients.some(client => client.name === name)) throw new CommandError(`${place} has a client ${name} already`);
  if (!/^[a-z][a-z0-9-]*$/.test(name) || reserved.includes(name)) {
    throw new CommandError(
      `${name} can't be a client's name: use small letters, digits and hyphens, such as "billing"`,
    );
  }
  const prefix = name.toUpperCase().replaceAll("-", "_");
  const [first] = clients;
  const file = JSON.parse(await readFile(join(root, place), "utf8"));
  file.clients[name] = {
    // Commonly another API client of the same QBench.
    url: first.url,
    clientId: `${prefix}_CLIENT_ID`,
    clientSecret: `${prefix}_CLIENT_SECRET`,
    ...(first.cookie !== undefined && { cookie: first.cookie }),
  };
  await writeIfChanged(join(root, place), `${JSON.stringify(file, null, 2)}\n`);
  return [first.url, `${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`];
}
