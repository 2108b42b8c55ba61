import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { addClient } from "./clients/add-client.ts";
import { pullClient } from "./clients/pull-client.ts";
import { writeChangeset } from "./clients/write-changeset.ts";
import { CommandError } from "./command/command-error.ts";
import { loadEnv } from "./command/load-env.ts";
import { runCommand } from "./command/run-command.ts";

const usage = "pnpm openapi:add NAME [--from FILE|URL|-]";

await runCommand(usage, async () => {
  const { values, positionals } = parseArgs({ options: { from: { type: "string" } }, allowPositionals: true });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new CommandError(`Usage: ${usage}`);
  const root = dirname(import.meta.dirname);
  const variables = await addClient(root, name);
  const env = loadEnv(root);
  process.stdout.write(`openapi/clients.json lists ${name}; its settings are ${variables.join(", ")}\n`);
  if (values.from === undefined && variables.some(variable => !env[variable]?.trim())) {
    process.stdout.write(`Set them, in the environment or in .env, then run pnpm openapi:pull --client ${name}\n`);
    return;
  }
  const { file, operations, changes } = await pullClient({ root, env, client: name, from: values.from });
  const changeset = await writeChangeset({ root, client: name, isFirst: false, changes });
  process.stdout.write(`${file} written, with ${operations} operations; its types are @qbench-sdk/types/${name}\n`);
  if (changeset !== undefined)
    process.stdout.write(`${changeset} written: review it, and commit it with the document\n`);
});
