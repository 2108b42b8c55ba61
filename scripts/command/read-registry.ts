import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "./command-error.ts";

const scope = "@qbench-sdk";

/**
 * The registry that the scope's packages go to, by the user's `.npmrc` or environment. Without one they would go to npm's
 * own registry, where everybody can read them.
 */
export async function readRegistry(root: string): Promise<string> {
  const { stdout } = await promisify(execFile)("npm", ["config", "get", `${scope}:registry`], {
    cwd: root,
    shell: process.platform === "win32",
  });
  const registry = stdout.trim();
  if (URL.canParse(registry)) return registry;
  throw new CommandError(
    `no registry is set for ${scope}: add "${scope}:registry=https://…" to .npmrc, yours or the repository's; nothing was published`,
  );
}
