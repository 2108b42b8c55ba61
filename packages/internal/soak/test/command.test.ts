import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const command = join(import.meta.dirname, "../src/command.ts");
const run = (...args: string[]) => spawnSync(process.execPath, [command, ...args], { encoding: "utf8" });
/** Runs the command where no program is installed. */
const runAlone = (...args: string[]) =>
  spawnSync(process.execPath, [command, ...args], { encoding: "utf8", env: { ...process.env, PATH: "" } });

test("prints its help and runs no soak with --help", () => {
  const { status, stdout, stderr } = run("--help");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("pnpm soak [options] [seconds]");
});

test.each([
  ["an unknown option", ["--secnds=40"], /"--secnds"\. Did you mean --help\?/],
  ["a second argument", ["40", "50"], /"50"/],
  ["a duration that is not a number", ["soon"], /'soon'/],
  ["a duration below 30 seconds", ["10"], /'10'.*at least 30/],
])("rejects %s in one line with exit code 2 and runs no soak", (_, args, message) => {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});

test("says in one line how to get redis-server if it is missing, and exits with code 1", () => {
  const { status, stdout, stderr } = runAlone();
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toBe(
    "pnpm soak: redis-server is not installed. To get it: apt-get install redis-server, or brew install redis\n",
  );
});
