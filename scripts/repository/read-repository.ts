import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Repository {
  /** The paths of all files that git does not ignore, relative to the root. */
  paths: ReadonlySet<string>;
  /** The texts of TypeScript, Markdown and YAML files by path. */
  texts: ReadonlyMap<string, string>;
}

export function readRepository(root: string): Repository {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  // A file that was deleted, but not from the index, is listed as well.
  const paths = listed.split("\0").filter(path => path !== "" && existsSync(join(root, path)));
  const read = paths.filter(path => /\.(ts|md|ya?ml)$/.test(path) && !path.endsWith("pnpm-lock.yaml"));
  return {
    paths: new Set(paths),
    texts: new Map(read.map(path => [path, readFileSync(join(root, path), "utf8")])),
  };
}
