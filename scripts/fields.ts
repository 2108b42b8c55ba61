import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { generatePackage } from "./clients/generate-package.ts";
import { chooseClient, readClients } from "./clients/read-clients.ts";
import { runForClients } from "./clients/run-for-clients.ts";
import { loadEnv } from "./command/load-env.ts";
import { runCommand } from "./command/run-command.ts";

const command = new Command("pnpm openapi:fields")
  .description("Reads recent records, declares their custom fields in an overlay, and lists the types that are wrong.")
  .option("--client <name>", "the client of openapi/clients.json (default: the first one)")
  .addOption(new Option("--all", "read the records of all clients").conflicts("client"))
  .option("--records <count>", "the most records to read of each entity", parseCount, 200)
  .option("--check", "write nothing, and fail if a field is undeclared or contradicts its type")
  .action(async ({ client, all, records, check = false }) => {
    const root = dirname(import.meta.dirname);
    // The client that reads the records imports generated types.
    if (!existsSync(join(root, "packages/types/src/index.ts"))) await generatePackage(root);
    const { updateFields } = await import("./fields/update-fields.ts");
    const clients = await readClients(root);
    const chosen = all === true ? clients : [chooseClient(clients, client)];
    await runForClients(chosen, async ({ name }) => {
      const { output, isCorrect } = await updateFields({ root, env: loadEnv(root), client: name, records, check });
      process.stdout.write(`${output}\n`);
      if (check && !isCorrect) process.exitCode = 1;
    });
  });

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("Use a whole number above 0");
}

await runCommand(command);
