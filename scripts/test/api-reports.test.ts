import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { compareApiReports } from "../repository/compare-api-reports.ts";
import { repository } from "./support/repository.ts";

// Some checks start the command.
vi.setConfig({ testTimeout: 120_000 });

/** Writes a built package with one entry whose report is up to date. Removed after the test. */
async function createPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "qbench-api-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "dist"));
  const manifest = { name: "fixture", exports: { ".": { types: "./dist/index.d.ts" }, "./package.json": {} } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(
    join(folder, "tsconfig.build.json"),
    JSON.stringify({ compilerOptions: { module: "nodenext", lib: ["es2023"], types: [] } }),
  );
  await declare(folder, "export declare function connect(url: string): void;");
  compareApiReports(folder, { update: true });
  return folder;
}

const declare = (folder: string, declarations: string): Promise<void> =>
  writeFile(join(folder, "dist/index.d.ts"), `${declarations}\n`);

const readReport = (folder: string): Promise<string> => readFile(join(folder, "api/index.api.md"), "utf8");

/** Runs the command, as `pnpm lint` does. */
function checkApi(folder: string, ...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [join(repository, "scripts/check-api.ts"), ...args],
      { cwd: folder },
      (error, _, stderr) => resolve({ code: error ? Number(error.code) : 0, stderr }),
    );
  });
}

test("An API check passes when the API is as reported", async () => {
  const folder = await createPackage();
  expect(compareApiReports(folder)).toEqual([]);
});

test("An API check fails when an export changes, and names the command that updates the report", async () => {
  const folder = await createPackage();
  await declare(folder, "export declare function connect(url: number): void;");
  const report = await readReport(folder);
  const { code, stderr } = await checkApi(folder);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "-export function connect(url: string): void;\n+export function connect(url: number): void;",
  );
  expect(stderr).toContain('run "pnpm api:update"');
  expect(await readReport(folder)).toBe(report);

  expect(await checkApi(folder, "--update")).toEqual({ code: 0, stderr: "" });
  expect(compareApiReports(folder)).toEqual([]);
});

test("An API check fails when a type changes that only an exported function names", async () => {
  const folder = await createPackage();
  await declare(folder, "interface Options { url: string }\nexport declare function connect(options: Options): void;");
  compareApiReports(folder, { update: true });
  await declare(folder, "interface Options { url: number }\nexport declare function connect(options: Options): void;");
  expect(compareApiReports(folder)).toEqual([expect.stringContaining("+    url: number")]);
});

test("An API check fails when a report is missing, or is that of a removed entry", async () => {
  const folder = await createPackage();
  await writeFile(join(folder, "api/removed.api.md"), await readReport(folder));
  await rm(join(folder, "api/index.api.md"));
  expect(compareApiReports(folder)).toEqual([
    "api/index.api.md is missing.",
    "api/removed.api.md is the report of an entry that does not exist.",
  ]);

  compareApiReports(folder, { update: true });
  expect(await readdir(join(folder, "api"))).toEqual(["index.api.md"]);
});

test("Every published package with declarations compares its API reports when it is linted", () => {
  const manifests = globSync("packages/*/package.json", { cwd: repository }).map(file =>
    JSON.parse(readFileSync(join(repository, file), "utf8")),
  );
  const typed = manifests.filter(
    ({ private: isPrivate, exports = {} }) => !isPrivate && JSON.stringify(exports).includes('"types"'),
  );
  expect(typed.map(({ name }) => name)).toContain("@qbench-sdk/client");
  for (const { name, scripts } of typed) expect(`${name}: ${scripts.lint}`).toContain("scripts/check-api.ts");
});
