/**
 * `pnpm release`: gives the packages that have changesets their versions, builds everything from clean, and publishes what the
 * scope's registry does not have yet. Committing the versions is left to whoever runs it.
 */
import { spawnSync } from "node:child_process";
import { globSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { CommandError } from "./command/command-error.ts";
import { readRegistry } from "./command/read-registry.ts";
import { runCommand } from "./command/run-command.ts";

const root = dirname(import.meta.dirname);

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new CommandError(`${[command, ...args].join(" ")} failed (${status})`);
}

/** npm's own registry alone takes statements of where a package was built, and CI that has an identity alone can make them. */
const canStateProvenance = (registry: string): boolean =>
  /(^|\.)npmjs\.org$/.test(new URL(registry).hostname) && process.env.ACTIONS_ID_TOKEN_REQUEST_URL !== undefined;

await runCommand("pnpm release", async () => {
  const registry = await readRegistry(root);
  // Without a changeset there is nothing to version, which the command takes for a mistake.
  if (globSync(".changeset/*.md", { cwd: root }).length > 0) run("changeset", ["version"]);
  // A compiler leaves the outputs of files that are gone, and a cache brings them back.
  for (const folder of globSync("packages/{*,internal/*}/dist", { cwd: root }))
    rmSync(`${root}/${folder}`, { recursive: true });
  run("turbo", ["run", "build", "lint", "--force", "--output-logs=errors-only"]);
  run("changeset", ["publish", "--no-git-tag"], canStateProvenance(registry) ? { NPM_CONFIG_PROVENANCE: "true" } : {});
  process.stdout.write(
    `Published to ${registry} what was not there yet. Commit the versions, then run changeset git-tag.\n`,
  );
});
