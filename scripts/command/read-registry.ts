import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "./command-error.ts";

const scope = "@qbench-sdk";

/**
 * Returns the registry that the scope's packages are published to, as npm's configuration has it. Throws if none is
 * set, because npm would publish to its public registry.
 */
export async function readRegistry(root: string): Promise<string> {
  const { stdout } = await promisify(execFile)("npm", ["config", "get", `${scope}:registry`], {
    cwd: root,
    shell: process.platform === "win32",
  });
  const registry = stdout.trim();
  if (URL.canParse(registry)) return registry;
  throw new CommandError(
    `No registry is set for ${scope}, so nothing was published. Add "${scope}:registry=https://…" to the .npmrc of the repository or of your home folder.`,
  );
}
