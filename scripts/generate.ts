import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "./command/run-command.ts";
import { generatePackage } from "./types/generate-package.ts";

await runCommand("pnpm openapi:generate", async () => {
  parseArgs({ options: {} });
  const { written, removed } = await generatePackage(dirname(import.meta.dirname));
  const changes = [...written.map(name => `${name} written`), ...removed.map(name => `${name} removed`)];
  process.stdout.write(`packages/types/src: ${changes.join(", ") || "unchanged"}\n`);
});
