/**
 * `pnpm release`: versions the packages that have changesets, builds everything from scratch, publishes the versions that
 * the company's registry lacks, tags them, and pushes the commit and the tags. It can be repeated after any interruption.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";
import { runProgram } from "./command/run-program.ts";
import { readCompany } from "./publish/company.ts";
import { openClone } from "./publish/git.ts";
import { checkPlan, formatPlan, planRelease } from "./publish/plan-release.ts";
import { publishPackages } from "./publish/publish-packages.ts";
import { openRegistry } from "./publish/registry.ts";
import { removeBuilds } from "./publish/remove-builds.ts";
import { stagePackages } from "./publish/stage-packages.ts";

const root = dirname(import.meta.dirname);

const command = new Command("pnpm release")
  .description(
    "Versions the packages that have changesets, builds, publishes what the registry lacks, tags and pushes it.",
  )
  .option("--dry-run", "print what would be versioned and published, and change nothing")
  .option("--no-push", "leave it to the caller to push the commit and the tags")
  .action(async ({ dryRun, push }) => {
    const company = await readCompany(root);
    const registry = await openRegistry(root, company);
    const plan = await planRelease(root, company, registry);
    if (dryRun === true) process.stdout.write(`${formatPlan(plan, registry)}This is a dry run: nothing is changed.\n`);
    const clone = await openClone(root, { push });
    checkPlan(plan, registry);
    if (dryRun === true) return;

    const unlock = await clone.lock();
    const folder = await mkdtemp(join(tmpdir(), "release-"));
    try {
      if (plan.hasChangesets) {
        await run("changeset", ["version"]);
        await clone.commitAll("Release");
      }
      await removeBuilds(root);
      await run("turbo", ["run", "build", "lint", "--force", "--output-logs=errors-only"]);
      const staged = await stagePackages(root, folder, company);
      const { published, tags } = await publishPackages(staged, registry, clone);
      if (plan.hasChangesets && published.length === 0)
        throw new CommandError(
          `The changesets were versioned, but ${registry.url} had all versions: nothing was published.`,
        );
      const pushed = await clone.push(tags);
      process.stdout.write(
        [
          published.length === 0 ? "Nothing was published." : `Published to ${registry.url}: ${published.join(", ")}.`,
          pushed === undefined
            ? "The commit and the tags are not pushed."
            : `Pushed the commit and the tags to ${pushed}.`,
          "",
        ].join("\n"),
      );
    } finally {
      await rm(folder, { recursive: true });
      await unlock();
    }
  });

async function run(command: string, args: readonly string[]): Promise<void> {
  const code = await runProgram(command, args, { cwd: root });
  if (code !== 0)
    throw new CommandError(`${[command, ...args].join(" ")} failed with exit code ${code}. Its output is above.`);
}

await runCommand(command);
