/** `pnpm run docs`: builds the API reference of all published packages, with the guides, as a static site. */
import { dirname, join, relative, resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { generatePackage } from "./clients/generate-package.ts";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";
import { buildSite } from "./reference/build-site.ts";

const command = new Command("pnpm run docs")
  .description("Builds the API reference of all published packages, with the guides, as a static site.")
  .option("--out <folder>", "the folder of the site, which is replaced", "site")
  .action(async options => {
    const root = dirname(import.meta.dirname);
    const out = resolve(options.out);
    await generatePackage(root);
    const problems = await buildSite(root, out);
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (problems.length > 0) throw new CommandError(`Problems found: ${problems.length}, see above.`);
    process.stdout.write(`Open ${relative(".", join(out, "index.html"))} in a browser.\n`);
  });

await runCommand(command);
