/** `npm test`: builds, type-checks, lints and tests everything, and counts the tests. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { dirname, relative } from "node:path";

const root = dirname(import.meta.dirname);
const results = (): string[] =>
  globSync(["packages/{*,internal/*}/test-results.json", "scripts/test-results.json"], { cwd: root });

for (const file of results()) rmSync(`${root}/${file}`);
const steps = [["build", "typecheck", "lint", "lint:root", "test"]];
// They fetch runtimes of some hundred megabytes and take minutes, which nobody needs to try the project out. Each has the
// machine for itself, because it says something of time.
if (process.env.CI) steps.push(["test:publishing"], ["test:runtimes"], ["test:soak"]);
const statuses = steps.map(
  tasks =>
    spawnSync("turbo", ["run", ...tasks, "--continue=dependencies-successful", ...process.argv.slice(2)], {
      cwd: root,
      stdio: "inherit",
      shell: process.platform === "win32",
    }).status,
);

/** What an error says, and where in our own files it came up. */
const withoutLibraries = (error: string): string => error.replaceAll(/\n +at .*node_modules.*/g, "");

const total = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
for (const file of results()) {
  const result = JSON.parse(readFileSync(`${root}/${file}`, "utf8"));
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests + (result.numFailedTestSuites > 0 && result.numFailedTests === 0 ? 1 : 0);
  total.skipped += result.numPendingTests;
  for (const { name, message, assertionResults } of result.testResults) {
    const place = relative(root, name);
    if (message) failures.push(`${place}\n${message}`);
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === "failed")
        failures.push(`${place}: ${fullName}\n${failureMessages.map(withoutLibraries).join("\n")}`);
    }
  }
}
const failed = statuses.some(status => status !== 0) || total.failed > 0 || total.passed === 0;
// Again, here at the end: what is above is long.
for (const failure of failures) process.stdout.write(`\n${failure}\n`);
process.stdout.write(`\n${failed ? "Not everything is well: see above." : "All is well."}\n`);
process.stdout.write(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}\n`,
);
process.exitCode = failed ? 1 : 0;
