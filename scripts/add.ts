import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { addClient } from "./clients/add-client.ts";
import { pullClient } from "./clients/pull-client.ts";
import { writeChangeset } from "./clients/write-changeset.ts";
import { loadEnv } from "./command/load-env.ts";
import { runCommand } from "./command/run-command.ts";
import { publishedName, readCompany } from "./publish/company.ts";

const command = new Command("pnpm openapi:add")
  .description("Adds an API client to openapi/clients.json. Pulls its document if its settings are known.")
  .argument("<name>", 'the name of the API client, such as "billing"')
  .option("--from <source>", "read the document from a file, an address or - for stdin, not from the docs page")
  .action(async (name, { from }) => {
    const root = dirname(import.meta.dirname);
    const variables = await addClient(root, name);
    const env = loadEnv(root);
    process.stdout.write(`openapi/clients.json: added ${name}. Its settings are ${variables.join(", ")}.\n`);
    if (from === undefined && variables.some(variable => !env[variable]?.trim())) {
      process.stdout.write(`Set them in the environment or in .env, then run pnpm openapi:pull --client ${name}.\n`);
      return;
    }
    const { file, operations, changes } = await pullClient({ root, env, client: name, from });
    const changeset = await writeChangeset({ root, client: name, isFirst: false, changes });
    const { scope } = await readCompany(root);
    const types = `${publishedName("@qbench-sdk/types", scope)}/${name}`;
    process.stdout.write(`Wrote ${file} with ${operations} operations. Its types are published as ${types}.\n`);
    if (changeset !== undefined)
      process.stdout.write(`Wrote ${changeset}. Review it, and commit it with the document.\n`);
  });

await runCommand(command);
