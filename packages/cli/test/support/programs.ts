import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { command } from "./qbench.ts";

/**
 * Creates the program `qbench` in a folder, as an installation does, and an `npx` that runs it as `@qbench-sdk/cli`.
 *
 * @returns the variables with which a shell finds them
 */
export async function createPrograms(folder: string): Promise<{ PATH: string; NODE_OPTIONS: string }> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  const qbench = `exec '${process.execPath}' '${command}' "$@"`;
  const programs = {
    qbench,
    npx: `[ "$1" = @qbench-sdk/cli ] || { echo "npx: unknown package $1" >&2; exit 1; }\nshift\n${qbench}`,
  };
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const { PATH = "", NODE_OPTIONS = "" } = process.env;
  return { PATH: `${bin}${delimiter}${PATH}`, NODE_OPTIONS };
}
