import { join, relative } from "node:path";
import type { DocumentationEntryPoint } from "typedoc";
import ts from "typescript";
import type { Module } from "./list-modules.ts";

/**
 * Compiles the sources of the modules, without a build. `adapt` changes the text of each source. It can rename modules,
 * which `rename` has to do in the same way.
 */
export function compileSources(
  root: string,
  modules: readonly Module[],
  rename: (name: string) => string,
  adapt: (text: string, file: string) => string,
): DocumentationEntryPoint[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      declaration: false,
      declarationMap: false,
      isolatedDeclarations: false,
      noEmit: true,
      paths: Object.fromEntries(modules.map(({ name, file }) => [rename(name), [join(root, file)]])),
      typeRoots: [join(root, "scripts/node_modules/@types")],
      types: ["node"],
    },
    root,
  );
  const host = ts.createCompilerHost(options);
  const sources = join(root, "packages/");
  const { readFile } = host;
  host.readFile = file => {
    const text = readFile(file);
    return text !== undefined && file.startsWith(sources) ? adapt(text, relative(root, file)) : text;
  };
  const program = ts.createProgram({ rootNames: modules.map(({ file }) => join(root, file)), options, host });
  return modules.map(({ name, file }) => {
    const sourceFile = program.getSourceFile(join(root, file));
    if (sourceFile === undefined) throw new Error(`${file} is missing. Run pnpm build.`);
    return { displayName: rename(name), program, sourceFile };
  });
}
