/** Runs before each package is published, whichever command publishes it. Fails if no registry is set for the scope. */
import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { readRegistry } from "./command/read-registry.ts";
import { runCommand } from "./command/run-command.ts";

const command = new Command("require-registry")
  .description("Fails if no registry is set for the packages of this repository.")
  .action(async () => {
    await readRegistry(dirname(import.meta.dirname));
  });

await runCommand(command);
