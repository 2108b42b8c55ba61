/**
 * `pnpm release`: versions the packages that have changesets, builds everything from scratch, and publishes the
 * versions that the scope's registry does not have. It does not commit: the caller commits the new versions.
 */
import { globSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { CommandError } from "./command/command-error.ts";
import { formatPlan, planRelease } from "./command/plan-release.ts";
import { readRegistry } from "./command/read-registry.ts";
import { runCommand } from "./command/run-command.ts";
import { runProgram } from "./command/run-program.ts";

const root = dirname(import.meta.dirname);

const command = new Command("pnpm release")
  .description("Versions the packages that have changesets, builds everything, and publishes what the registry lacks.")
  .option("--dry-run", "print what would be versioned and published, and change nothing")
  .action(async ({ dryRun }) => {
    const registry = await readRegistry(root);
    if (dryRun === true) {
      process.stdout.write(
        `${formatPlan(await planRelease(root), registry)}\nThis was a dry run: nothing was changed.\n`,
      );
      return;
    }
    // Without changesets there is nothing to version, and the command would fail.
    if (globSync(".changeset/*.md", { cwd: root }).length > 0) await run("changeset", ["version"]);
    // A compiler keeps the outputs of deleted files, and the build cache restores them.
    for (const folder of globSync("packages/{*,internal/*}/dist", { cwd: root }))
      rmSync(`${root}/${folder}`, { recursive: true });
    await run("turbo", ["run", "build", "lint", "--force", "--output-logs=errors-only"]);
    const provenance = hasProvenance(registry) ? { NPM_CONFIG_PROVENANCE: "true" } : {};
    await run("changeset", ["publish", "--no-git-tag"], provenance);
    process.stdout.write(
      `Published the new versions to ${registry}. Commit the versions, then run pnpm exec changeset git-tag.\n`,
    );
  });

async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const code = await runProgram(command, args, { cwd: root, env: { ...process.env, ...env } });
  if (code !== 0)
    throw new CommandError(`${[command, ...args].join(" ")} failed with exit code ${code}. Its output is above.`);
}

/** Only npm's own registry accepts provenance statements, and only a CI job that has an identity can make them. */
const hasProvenance = (registry: string): boolean =>
  /(^|\.)npmjs\.org$/.test(new URL(registry).hostname) && process.env.ACTIONS_ID_TOKEN_REQUEST_URL !== undefined;

await runCommand(command);
