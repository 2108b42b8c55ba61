import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { readPulled } from "./clients/pull-client.ts";
import { chooseClient, readClients } from "./clients/read-clients.ts";
import { runForClients } from "./clients/run-for-clients.ts";
import { loadEnv } from "./command/load-env.ts";
import { runCommand } from "./command/run-command.ts";
import { bumpFor } from "./document/compare/change.ts";
import { formatChanges } from "./document/compare/format-changes.ts";

const command = new Command("pnpm openapi:check")
  .description("Compares each API with its committed document. Fails if they differ, and prints the differences.")
  .option("--client <name>", "check this client of openapi/clients.json only")
  .option("--from <source>", "read the document from a file, an address or - for stdin, not from the docs page")
  .action(async ({ client, from }) => {
    const root = dirname(import.meta.dirname);
    const clients = await readClients(root);
    const checksOne = client !== undefined || from !== undefined;
    const chosen = checksOne ? [chooseClient(clients, client)] : clients;
    await runForClients(chosen, async ({ name }) => {
      const { file, changes } = await readPulled({ root, env: loadEnv(root), from, client: name });
      if (changes?.length === 0) {
        process.stdout.write(`${name}: the API matches ${file}.\n`);
        return;
      }
      process.exitCode = 1;
      process.stdout.write(
        changes === undefined
          ? `${name}: ${file} does not exist, or is the emulator's document. Run pnpm openapi:pull --client ${name}.\n`
          : `${name}: the API differs from ${file} (${bumpFor(changes)}).\n\n${formatChanges(changes, name)}\n\nRun pnpm openapi:pull --client ${name}.\n`,
      );
    });
  });

await runCommand(command);
