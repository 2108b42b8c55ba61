import { readFileSync } from "node:fs";
import { join } from "node:path";
import { publicPackages } from "../publish/public-packages.ts";

/** A module that users import, and its source. */
export interface Module {
  /** The text after `from` in the sources, such as `@qbench-sdk/client/mirror`. */
  name: string;
  /** The path of the source, relative to the root of the repository. */
  file: string;
  /** The folder of the package, such as `packages/client`. */
  folder: string;
  /** The API client whose types the module has. */
  client?: string;
}

/** Returns the modules of all published packages, also those that are only for sibling packages. */
export function listModules(root: string, clients: readonly string[]): Module[] {
  return publicPackages(root).flatMap(({ name: packageName, folder }) => {
    const { exports }: { exports: Record<string, string | { types: string }> } = JSON.parse(
      readFileSync(join(root, folder, "package.json"), "utf8"),
    );
    return Object.entries(exports).flatMap(([path, entry]): Module[] => {
      if (typeof entry === "string") return [];
      const name = packageName + path.slice(1);
      const file = join(folder, entry.types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts"));
      if (!path.includes("*")) return [{ name, file, folder }];
      return clients.map(client => ({
        name: name.replace("*", client),
        file: file.replace("*", client),
        folder,
        client,
      }));
    });
  });
}
