import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { repository } from "./support/repository.ts";

const read = (file: string): string => readFileSync(join(repository, file), "utf8");

test(".node-version names the Node.js that pnpm-workspace.yaml installs and runs all scripts with", () => {
  const { nodeVersion, catalog } = parse(read("pnpm-workspace.yaml"));
  expect([nodeVersion, catalog.node]).toEqual([read(".node-version").trim(), nodeVersion]);
});
