import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface PublicPackage {
  /** The name in the sources. */
  name: string;
  version: string;
  /** The folder in the repository, such as `packages/client`. */
  folder: string;
}

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  dependencies?: Record<string, string>;
}

/** Returns the packages that are published, each after the packages that it depends on. */
export function publicPackages(root: string): PublicPackage[] {
  const found = globSync("packages/*/package.json", { cwd: root })
    .map((file): [string, Manifest] => [file, JSON.parse(readFileSync(join(root, file), "utf8"))])
    .filter(([, manifest]) => manifest.private !== true)
    .toSorted(([a], [b]) => a.localeCompare(b));
  const sorted = new Map<string, PublicPackage>();
  const add = ([file, { name, version, dependencies = {} }]: [string, Manifest]): void => {
    if (sorted.has(name)) return;
    for (const needed of found) if (needed[1].name in dependencies) add(needed);
    sorted.set(name, { name, version, folder: dirname(file) });
  };
  for (const each of found) add(each);
  return [...sorted.values()];
}
