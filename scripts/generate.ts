import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { generatePackage } from "./generate-package.ts";
import { runCommand } from "./run-command.ts";

await runCommand("pnpm openapi:generate", async () => {
  parseArgs({ options: {} });
  const { written, removed } = await generatePackage(dirname(import.meta.dirname));
  const changes = [...written.map(name => `${name} written`), ...removed.map(name => `${name} removed`)];
  process.stdout.write(`packages/types/src: ${changes.join(", ") || "unchanged"}\n`);
});
