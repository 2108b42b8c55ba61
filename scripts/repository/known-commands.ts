import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";

/** What a command of a document can name. */
export interface KnownCommands {
  /** The scripts of the `package.json` in a folder, by name. None if the folder has no such file. */
  scripts: (folder: string) => Readonly<Record<string, string>>;
  /** The published packages by the names in the sources, with the command that each installs, if any. */
  published: ReadonlyMap<string, string | undefined>;
  /** The names of these commands by the paths of their sources. */
  sources: ReadonlyMap<string, string>;
  /** The packages of npm that this repository is known to use. */
  installed: ReadonlySet<string>;
  /** The programs of installed packages, such as `vitest`. */
  programs: ReadonlySet<string>;
  /** The paths of all files of the repository. */
  paths: ReadonlySet<string>;
  /** Returns the help of a program of this machine, or of one of its subcommands. */
  help: (command: readonly string[]) => string;
}

interface Manifest {
  name: string;
  private?: boolean;
  bin?: Record<string, string>;
  scripts?: Record<string, string>;
}

/** Returns the names of the commands that the published packages install. */
export const installedCommands = ({ sources }: KnownCommands): ReadonlySet<string> => new Set(sources.values());

/**
 * Reads what the commands in documents can name.
 *
 * @param paths the paths of all files of the repository
 */
export function readKnownCommands(root: string, paths: ReadonlySet<string>): KnownCommands {
  const manifests = new Map(
    [...paths]
      .filter(path => basename(path) === "package.json")
      .map((path): [string, Manifest] => [
        path.replace(/\/?package\.json$/, ""),
        JSON.parse(readFileSync(join(root, path), "utf8")),
      ]),
  );
  const published = [...manifests].filter(([folder, { private: isPrivate }]) => folder !== "" && isPrivate !== true);
  const sources = new Map(
    published.flatMap(([folder, { bin = {} }]) =>
      // Without a build.
      Object.entries(bin).map(([name, file]) => [
        name,
        join(folder, file.replace("dist/", "src/").replace(/js$/, "ts")),
      ]),
    ),
  );
  const lockfile: { packages: Record<string, unknown> } = parse(readFileSync(join(root, "pnpm-lock.yaml"), "utf8"));
  const helps = new Map<string, string>();
  return {
    scripts: folder => manifests.get(folder)?.scripts ?? {},
    published: new Map(published.map(([, { name, bin }]) => [name, Object.keys(bin ?? {})[0]])),
    sources: new Map([...sources].map(([name, source]) => [source, name])),
    installed: new Set(Object.keys(lockfile.packages).map(each => each.replace(/(?<=.)@.*/, ""))),
    programs: new Set(
      globSync(["node_modules/.bin/*", "scripts/node_modules/.bin/*", "packages/*/node_modules/.bin/*"], { cwd: root })
        .map(file => basename(file).replace(/\.\w+$/, ""))
        .filter(name => name !== "node"),
    ),
    paths,
    help(command) {
      const key = command.join(" ");
      const found = helps.get(key) ?? readHelp(root, command, sources);
      helps.set(key, found);
      return found;
    },
  };
}

function readHelp(root: string, words: readonly string[], sources: ReadonlyMap<string, string>): string {
  const [program = "", ...args] = words;
  const source = sources.get(program);
  const fromSource = ["--import", "./scripts/from-source.ts"];
  const [command = "", ...rest] = source === undefined ? words : ["node", ...fromSource, source, ...args];
  const { PATH = "" } = process.env;
  const { stdout, stderr } = spawnSync(command, [...rest, "--help"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules/.bin")}:${join(root, "scripts/node_modules/.bin")}:${PATH}`,
    },
    shell: process.platform === "win32",
  });
  return `${stdout}${stderr}`;
}
