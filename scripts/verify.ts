/** `npm test`: builds, type-checks, lints and tests everything, and counts the tests. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { runCommand } from "./command/run-command.ts";

const root = dirname(import.meta.dirname);
const args = process.argv.slice(2);
const separator = args.includes("--") ? args.indexOf("--") : args.length;
const turboOptions = args.slice(separator + 1);

const command = new Command("npm test")
  .usage("[-- --help] [-- -- <options of turbo>]")
  .description("Builds, type-checks, lints and tests everything, and counts the tests.")
  .addHelpText("after", "\nOptions after a second -- go to turbo:\n  $ npm test -- -- --filter=@qbench-sdk/auth")
  .action(() => {
    for (const file of resultFiles()) rmSync(`${root}/${file}`);
    const steps = [["build", "typecheck", "lint", "lint:root", "test"]];
    // These take minutes and download hundreds of megabytes, so only CI runs them. They measure time: each runs alone.
    if (process.env.CI) steps.push(["test:publishing"], ["test:runtimes"], ["test:soak"]);
    const statuses = steps.map(runTurbo);
    const { passed, failed, skipped, failures } = readResults();
    const hasFailed = statuses.some(status => status !== 0) || failed > 0 || passed === 0;
    // The output above is long, so the failures are repeated here.
    for (const failure of failures) process.stdout.write(`\n${failure}\n`);
    process.stdout.write(`\n${hasFailed ? "Some checks failed, see above." : "All checks passed."}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
    process.exitCode = hasFailed ? 1 : 0;
  });

const resultFiles = (): string[] =>
  globSync(["packages/{*,internal/*}/test-results.json", "scripts/test-results.json"], { cwd: root });

const runTurbo = (tasks: readonly string[]): number | null =>
  spawnSync("turbo", ["run", ...tasks, "--continue=dependencies-successful", ...turboOptions], {
    cwd: root,
    stdio: "inherit",
    // The tasks are about a hundred processes, which share compiled code.
    env: { NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compiled"), ...process.env },
    shell: process.platform === "win32",
  }).status;

function readResults() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  for (const file of resultFiles()) {
    const result = JSON.parse(readFileSync(`${root}/${file}`, "utf8"));
    total.passed += result.numPassedTests;
    total.failed += result.numFailedTests + (result.numFailedTestSuites > 0 && result.numFailedTests === 0 ? 1 : 0);
    total.skipped += result.numPendingTests;
    for (const { name, message, assertionResults } of result.testResults) {
      const path = relative(root, name);
      if (message) failures.push(`${path}\n${message}`);
      for (const { status, fullName, failureMessages } of assertionResults) {
        if (status === "failed")
          failures.push(`${path}: ${fullName}\n${failureMessages.map(withoutLibraries).join("\n")}`);
      }
    }
  }
  return { ...total, failures };
}

/** Keeps an error's message and the lines of its stack in our own files. */
const withoutLibraries = (error: string): string => error.replaceAll(/\n +at .*node_modules.*/g, "");

await runCommand(command, turboOptions.includes("--help") ? ["--help"] : args.slice(0, separator));
