import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { generateBuiltIn } from "./clients/built-in-document.ts";
import { generatePackage } from "./clients/generate-package.ts";
import { runCommand } from "./command/run-command.ts";

const command = new Command("pnpm openapi:generate")
  .description("Generates the types of every API client from its document in openapi/.")
  .action(async () => {
    const root = dirname(import.meta.dirname);
    const { written, removed } = await generatePackage(root);
    written.push(...(await generateBuiltIn(root)));
    const changes = [...written.map(name => `wrote ${name}`), ...removed.map(name => `removed ${name}`)];
    process.stdout.write(`packages/types/src: ${changes.join(", ") || "unchanged"}\n`);
  });

await runCommand(command);
