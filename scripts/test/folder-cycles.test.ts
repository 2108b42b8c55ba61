import { expect, test } from "vitest";
import { findFolderCycles } from "../repository/find-folder-cycles.ts";
import { readRepository } from "../repository/read-repository.ts";
import { repository } from "./support/repository.ts";

const check = (files: Record<string, string>): string[] => findFolderCycles(new Map(Object.entries(files)));

test("No folders of the repository import each other in a circle", () => {
  expect(findFolderCycles(readRepository(repository).texts)).toEqual([]);
});

test("Imports between folders and files of the root may run in one direction", () => {
  expect(
    check({
      "packages/a/src/index.ts": 'export * from "./lists/list.js";',
      "packages/a/src/lists/list.ts": 'import { Page } from "./page.js"; import type { Event } from "../events.js";',
      "packages/a/src/lists/page.ts": 'import type { list } from "./list.js";',
      "packages/a/src/events.ts": "export type Event = string;",
    }),
  ).toEqual([]);
});

test("Two folders that import each other through different files are reported with the imports", () => {
  expect(
    check({
      "scripts/types/generate.ts": 'import { read } from "../clients/read.ts";',
      "scripts/clients/pull.ts": 'import type { Types } from "../types/names.ts";',
      "scripts/clients/read.ts": "",
      "scripts/types/names.ts": "",
    }),
  ).toEqual([
    "Folders import each other in a circle:\n" +
      "  scripts/clients/pull.ts imports scripts/types/names.ts\n" +
      "  scripts/types/generate.ts imports scripts/clients/read.ts",
  ]);
});

test("A circle of three folders is reported once, whatever kind of import closes it", () => {
  for (const closing of [
    'import "../a/one.js";',
    'export * from "../a/one.js";',
    'export type { One } from "../a/one.js";',
    'export const one = () => import("../a/one.js");',
  ]) {
    const found = check({
      "packages/internal/x/src/a/one.ts": 'import "../b/two.js";',
      "packages/internal/x/src/b/two.ts": 'import "../c/three.js";',
      "packages/internal/x/src/c/three.ts": closing,
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("packages/internal/x/src/c/three.ts imports packages/internal/x/src/a/one.ts");
  }
});

test("A file of the root that imports a folder, and is imported by it, is reported", () => {
  expect(
    check({
      "packages/a/src/client.ts": 'import "./lists/list.js";',
      "packages/a/src/lists/list.ts": 'import type { Client } from "../client.js";',
    }),
  ).toHaveLength(1);
});
