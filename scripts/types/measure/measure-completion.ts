import { join } from "node:path";
import ts from "typescript";

const EDITS = 7;

/** Returns the median time in ms that a language service needs for the paths of `client.GET("")` after an edit. */
export function measureCompletion(folder: string, head: string): number {
  const file = join(folder, "src/edited.ts");
  let version = 0;
  const text = (): string => `${head}client.GET("");\n${"// edited\n".repeat(version)}`;
  const host: ts.LanguageServiceHost = {
    getScriptFileNames: () => [file],
    getScriptVersion: name => (name === file ? String(version) : "0"),
    getScriptSnapshot: name => {
      const content = name === file ? text() : ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => folder,
    getCompilationSettings: () => ({
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      module: ts.ModuleKind.NodeNext,
      types: [],
    }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: name => name === file || ts.sys.fileExists(name),
    readFile: name => ts.sys.readFile(name),
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    // Packages are symbolic links, and their dependencies are next to the links' targets.
    ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
  };
  const service = ts.createLanguageService(host);
  const times: number[] = [];
  for (; version < EDITS; version++) {
    const begin = performance.now();
    const found = service.getCompletionsAtPosition(file, text().indexOf('GET("') + 5, undefined);
    times.push(performance.now() - begin);
    if (!found?.entries.some(({ name }) => name === "/qbench/api/v2/orders")) {
      throw new Error("The completion does not offer the paths of the document.");
    }
  }
  service.dispose();
  // Without the first time, which includes reading all files.
  return times.slice(1).toSorted((a, b) => a - b)[Math.floor((EDITS - 1) / 2)] ?? Number.NaN;
}
