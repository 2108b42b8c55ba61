import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const engines: string = join(import.meta.dirname, "../engines");

/** Installs Node, Bun, Deno and workerd in the versions of `engines/package.json`, unless they are installed already. */
export function setup(): void {
  const { status } = spawnSync("npx", ["--yes", "pnpm@12.21.0", "--silent", "install", "--frozen-lockfile"], {
    cwd: engines,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("Installing the runtimes failed, see the output of pnpm above");
}
