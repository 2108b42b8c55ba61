/** `pnpm tarballs`: builds the packages from scratch and packs them as they would be published, for services without a registry. */
import { statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";
import { runQuietly } from "./command/run-program.ts";
import { readCompany } from "./publish/company.ts";
import { removeBuilds } from "./publish/remove-builds.ts";
import { stagePackages } from "./publish/stage-packages.ts";

const command = new Command("pnpm tarballs")
  .description("Builds the packages and packs each into a .tgz file, which npm can install without a registry.")
  .option("--out <folder>", "the folder of the files", "tarballs")
  .action(async ({ out }) => {
    const root = dirname(import.meta.dirname);
    if (statSync(out, { throwIfNoEntry: false })?.isFile())
      throw new CommandError(`--out ${out} is a file. Use a folder, which the command creates if it does not exist.`);
    const company = await readCompany(root);
    await removeBuilds(root);
    await runQuietly("turbo", ["run", "build", "--force", "--filter=./packages/*"], { cwd: root });
    for (const { name, version, tarball } of await stagePackages(root, resolve(out), company))
      process.stdout.write(`${name}@${version}  ${relative(".", tarball)}\n`);
  });

await runCommand(command);
