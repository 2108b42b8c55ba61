import { globSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes the builds of all packages, because compilers keep the outputs of deleted files. The build cache can restore
 * them, so the next build must not use it.
 */
export async function removeBuilds(root: string): Promise<void> {
  for (const folder of globSync("packages/{*,internal/*}/dist", { cwd: root }))
    await rm(join(root, folder), { recursive: true });
}
