import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { readPulled } from "./clients/pull-client.ts";
import { chooseClient, readClients } from "./clients/read-clients.ts";
import { loadEnv } from "./command/load-env.ts";
import { runCommand } from "./command/run-command.ts";
import { bumpFor } from "./document/compare/change.ts";
import { tellChanges } from "./document/compare/format-changes.ts";

const usage = "pnpm openapi:check [--client NAME] [--from FILE|URL|-]";

/** Fails when an API is not what is committed, and says what differs. */
await runCommand(usage, async () => {
  const { values } = parseArgs({ options: { client: { type: "string" }, from: { type: "string" } } });
  const root = dirname(import.meta.dirname);
  const clients = await readClients(root);
  const one = values.client !== undefined || values.from !== undefined;
  for (const { name } of one ? [chooseClient(clients, values.client)] : clients) {
    const { file, changes } = await readPulled({ root, env: loadEnv(root), from: values.from, client: name });
    if (changes?.length === 0) {
      process.stdout.write(`${name}: the API is what ${file} says\n`);
      continue;
    }
    process.exitCode = 1;
    process.stdout.write(
      changes === undefined
        ? `${name}: ${file} is missing: run pnpm openapi:pull --client ${name}\n`
        : `${name}: the API is not what ${file} says (${bumpFor(changes)})\n\n${tellChanges(changes)}\n\nRun pnpm openapi:pull --client ${name}\n`,
    );
  }
});
