import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "./repository.ts";

/** Compiles a folder with this configuration, in one run of the repository's compiler. Returns the lines of its errors. */
export async function compile(folder: string, config: object): Promise<string[]> {
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(repository, "node_modules/.bin/tsc");
  const options = { shell: process.platform === "win32", maxBuffer: 64 * 1024 * 1024 };
  const output = await promisify(execFile)(tsc, ["--project", folder, "--pretty", "false"], options).then(
    () => "",
    (error: { stdout: string }) => error.stdout || String(error),
  );
  return output.split("\n").filter(line => line !== "");
}
