import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { repository } from "./support/repository.ts";

const read = (file: string): string => readFileSync(join(repository, file), "utf8");

test(".node-version names the Node.js that pnpm-workspace.yaml installs and runs all scripts with", () => {
  const { nodeVersion, catalog } = parse(read("pnpm-workspace.yaml"));
  expect([nodeVersion, catalog.node]).toEqual([read(".node-version").trim(), nodeVersion]);
});

test("Workflows pin every action by its commit hash, with the version in a comment", () => {
  const workflows = globSync(".github/workflows/*.yml", { cwd: repository });
  const uses = workflows.flatMap(file => read(file).match(/^.*\buses:.*$/gm) ?? []);
  expect(uses.length).toBeGreaterThan(0);
  for (const line of uses) expect(line).toMatch(/ uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});
