/**
 * For `node --import`: runs the packages of this workspace from their sources, so that a command needs no build.
 *
 * The sources import each other by the names that they have after the build: `./emulator.js` is `./emulator.ts`, and
 * `@qbench-sdk/auth/internal` is `packages/auth/src/internal.ts`.
 */
import "./compile-cache.ts";
import { existsSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, nextResolve) {
    const source = sourceOfPackage(specifier) ?? sourceBeside(specifier, context.parentURL);
    return nextResolve(source ?? specifier, context);
  },
});

function sourceBeside(specifier: string, parent: string | undefined): string | undefined {
  if (!specifier.startsWith(".") || !parent?.endsWith(".ts")) return undefined;
  return specifier.replace(/\.js$/, ".ts");
}

/** The source of an entry point that the package's manifest exports from `dist`. */
function sourceOfPackage(specifier: string): string | undefined {
  const [, name, subpath = ""] = /^@qbench-sdk\/([^/]+)(\/.+)?$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const folder = new URL(`../packages/${name}/`, import.meta.url);
  if (!existsSync(folder)) return undefined;
  const { exports } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  const built: string | undefined = exports[`.${subpath}`]?.default;
  if (built === undefined) return undefined;
  return new URL(built.replace("/dist/", "/src/").replace(/\.js$/, ".ts"), folder).href;
}
