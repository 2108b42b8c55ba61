import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A module that users import, and its source. */
export interface Module {
  /** What users write after `from`, such as `@qbench-sdk/client/mirror`. */
  name: string;
  /** The path of the source file, relative to the root of the repository. */
  file: string;
  /** The folder of the package, such as `packages/client`. */
  folder: string;
  /** The API client whose types the module has. */
  client?: string;
}

interface Manifest {
  name: string;
  private?: boolean;
  exports: Record<string, string | { types: string }>;
}

/** Returns the modules of all published packages, also those that only siblings use. */
export function listModules(root: string, clients: readonly string[]): Module[] {
  return globSync("packages/*/package.json", { cwd: root })
    .toSorted()
    .flatMap(path => {
      const manifest: Manifest = JSON.parse(readFileSync(join(root, path), "utf8"));
      if (manifest.private) return [];
      return Object.entries(manifest.exports).flatMap(([key, entry]): Module[] => {
        if (typeof entry === "string") return [];
        const folder = dirname(path);
        const name = `${manifest.name}${key.slice(1)}`;
        const file = join(folder, entry.types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts"));
        if (!key.includes("*")) return [{ name, file, folder }];
        return clients.map(client => ({
          name: name.replace("*", client),
          file: file.replace("*", client),
          folder,
          client,
        }));
      });
    });
}
