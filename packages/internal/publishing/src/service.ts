import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, type Outcome, run } from "./run.ts";

/** The compilers that are tested, by the name of their folder. */
export const compilers = { ts5: "npm:typescript@5.9.3", ts6: "npm:typescript@6.0.3", ts7: "npm:typescript@7.0.2" };

/** The combinations of compiler and module resolution. */
export const settings: readonly (readonly [
  compiler: keyof typeof compilers,
  resolution: "node16" | "nodenext" | "bundler",
])[] = [
  ["ts5", "node16"],
  ["ts5", "nodenext"],
  ["ts5", "bundler"],
  ["ts6", "nodenext"],
  ["ts6", "bundler"],
  ["ts7", "node16"],
  ["ts7", "nodenext"],
  ["ts7", "bundler"],
];

/** A service outside of the workspace that installs the packages from a registry. */
export interface Service {
  /** Installs the latest versions of packages, and returns these versions by name. */
  install(...packages: string[]): Promise<Record<string, string>>;
  /** Compiles programs together. The modules that one of them declares hold for all. */
  check(programs: readonly string[], setting: (typeof settings)[number]): Promise<Outcome>;
  execute(program: string): Promise<Outcome>;
  /** Runs npm in the folder of the service. */
  npm(...args: string[]): Promise<string>;
  /** Returns the folder of an installed package. */
  folderOf(name: string): string;
  close(): Promise<void>;
}

/** Creates an empty project with compilers, and an `.npmrc` with the lines of the registry. */
export async function createService(npmrc: string): Promise<Service> {
  const root = await mkdtemp(join(tmpdir(), "service-"));
  const npm = (...args: string[]) =>
    run("npm", ["--no-audit", "--no-fund", "--loglevel=error", ...args], { cwd: root });
  await writeFile(join(root, ".npmrc"), npmrc);
  await writeFile(
    join(root, "package.json"),
    JSON.stringify({ name: "service", private: true, type: "module", devDependencies: compilers }),
  );
  await npm("install", "--prefer-offline", "@types/node@24");
  const names = new Map<string, string>();
  const write = async (program: string): Promise<string> => {
    const name = names.get(program) ?? `program-${names.size}.ts`;
    names.set(program, name);
    await writeFile(join(root, name), program);
    return name;
  };
  return {
    async install(...packages) {
      await npm("install", ...packages.map(name => `${name}@latest`));
      const versions = await Promise.all(
        packages.map(async name => {
          const text = await readFile(join(root, "node_modules", name, "package.json"), "utf8");
          return [name, JSON.parse(text).version];
        }),
      );
      return Object.fromEntries(versions);
    },
    async check(programs, [compiler, resolution]) {
      const config = {
        compilerOptions: {
          noEmit: true,
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          target: "ES2023",
          lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
          types: ["node"],
          module: resolution === "bundler" ? "esnext" : resolution,
          moduleResolution: resolution,
        },
        files: await Promise.all(programs.map(write)),
      };
      await writeFile(join(root, "tsconfig.json"), JSON.stringify(config));
      return attempt("node", [`node_modules/${compiler}/bin/tsc`], { cwd: root });
    },
    async execute(program) {
      return attempt("node", [await write(program)], { cwd: root });
    },
    npm,
    folderOf: name => join(root, "node_modules", name),
    close: () => rm(root, { recursive: true, force: true }),
  };
}
