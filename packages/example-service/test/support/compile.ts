import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const run = promisify(execFile);
/** The options that many services have, with the types of the built-in document. */
export const usualOptions = {
  strict: true,
  target: "es2023",
  module: "nodenext",
  types: ["node"],
  noEmit: true,
  customConditions: ["qbench-built-in"],
};

const repository = join(import.meta.dirname, "../../../..");

/**
 * Type-checks programs with this package's dependencies, and by default with its options. Returns their folder, with the
 * programs as `example-0.ts` and so on, or with the given names. The folder is removed after the test.
 */
export async function compile(
  programs: readonly string[],
  settings: object = { extends: "../../tsconfig.json" },
  names = programs.map((_, index) => `example-${index}.ts`),
): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, "../readme-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [index, program] of programs.entries()) {
    // `export {}` makes a module of an example without imports.
    await writeFile(join(folder, names[index] ?? ""), `${program}\nexport {};\n`);
  }
  // The files are listed by name, because the package's tsconfig excludes this folder. Its own type check must not
  // depend on when the tests run.
  const options = { ...settings, files: names, include: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(options));
  const tsc = run(join(repository, "node_modules/.bin/tsc"), ["--project", folder], {
    shell: process.platform === "win32",
  });
  await tsc.catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
  return folder;
}
