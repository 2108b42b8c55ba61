import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "@qbench-sdk/emulator";
import { expect, onTestFinished, test } from "vitest";
import { parseMarkdown } from "../repository/parse-markdown.ts";
import { environmentOf, repository } from "./support/repository.ts";

const { code } = parseMarkdown(readFileSync(join(repository, "README.md"), "utf8"));
const examples = code.filter(({ language }) => language === "ts");

test("The README has an example of its own, and the one of the first ten minutes", () => {
  expect(examples).toHaveLength(2);
});

test.for(examples)("The README's example in line $line runs", async ({ text }) => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  // Inside of this package, so that the example can import the client.
  const folder = await mkdtemp(join(import.meta.dirname, "chain-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "orders.ts"), text);
  const env = { ...process.env, ...environmentOf(emulator) };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["orders.ts"], { cwd: folder, env });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^\d+ [A-Z ]+/);
});
