import { spawnSync } from "node:child_process";

const missing = new Set<string>();

/** Returns true if a program is installed. In CI, every program counts as installed, so that no test is skipped. */
export function isInstalled(program: string): boolean {
  if (process.env.CI || spawnSync(program, ["--version"]).error === undefined) return true;
  if (!missing.has(program)) {
    console.warn(
      `${program} is not installed, so its tests are skipped. To run them: apt-get install ${program}, or brew install ${program}`,
    );
    missing.add(program);
  }
  return false;
}
