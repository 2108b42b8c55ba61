/** Before every publishing, by whatever command: refuses when the scope has no registry of its own. */
import { dirname } from "node:path";
import { readRegistry } from "./command/read-registry.ts";
import { runCommand } from "./command/run-command.ts";

await runCommand("npm publish", async () => {
  await readRegistry(dirname(import.meta.dirname));
});
