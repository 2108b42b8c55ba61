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
  const actions = uses.filter(line => !line.includes(" uses: ./"));
  expect(actions.length).toBeGreaterThan(0);
  for (const line of actions) expect(line).toMatch(/ uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

interface Manifest {
  private?: boolean;
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

interface Settings {
  catalog: Record<string, string>;
  catalogs: Record<string, Record<string, string>>;
}

/** One caret range, or several. */
const CARETS = /^\^\d+\.\d+\.\d+( \|\| \^\d+\.\d+\.\d+)*$/;

/** Returns the range of a dependency as it is published. */
function publishedRange(name: string, range: string): string {
  const { catalog, catalogs }: Settings = parse(read("pnpm-workspace.yaml"));
  if (range === "workspace:^") return "^0.0.0";
  if (range === "catalog:") return catalog[name] ?? "";
  return range.startsWith("catalog:") ? (catalogs[range.slice("catalog:".length)]?.[name] ?? "") : range;
}

const manifests = globSync(["package.json", "scripts/package.json", "packages/{*,internal/*}/package.json"], {
  cwd: repository,
}).map((file): Manifest => JSON.parse(read(file)));

test("Packages are published with a caret range of each dependency, so that users get its fixes", () => {
  const published = manifests.filter(manifest => !manifest.private);
  expect(published).toHaveLength(6);
  const ranges = published.flatMap(({ name: from, dependencies, peerDependencies }) =>
    Object.entries({ ...dependencies, ...peerDependencies }).map(([name, range]) => [
      `${from} > ${name}`,
      publishedRange(name, range),
    ]),
  );
  expect(ranges.length).toBeGreaterThan(20);
  expect(ranges.filter(([, range = ""]) => !CARETS.test(range))).toEqual([]);
});

test("The catalog has exact versions of what no package is published with", () => {
  const { catalog }: Settings = parse(read("pnpm-workspace.yaml"));
  const runtime = new Set(
    manifests.filter(manifest => !manifest.private).flatMap(({ dependencies = {} }) => Object.keys(dependencies)),
  );
  const ranges = Object.entries(catalog).filter(
    ([name, range]) => !runtime.has(name) && !/^\d+\.\d+\.\d+$/.test(range),
  );
  expect(ranges).toEqual([]);
});

test("Every command that installs the workspace uses the versions of the lockfile", () => {
  expect(JSON.parse(read("package.json")).scripts.setup).toMatch(/ install --frozen-lockfile$/);
  const workflows = globSync(".github/workflows/*.yml", { cwd: repository });
  for (const file of workflows) expect(read(file)).not.toMatch(/\b(npm|pnpm)(@\S+)? (ci|i|install|add|update)\b/);
});
