import { join } from "node:path";
import ts from "typescript";

const edits = 7;

/** How long an editor's language service takes for the paths of `client.GET("")` after an edit, in ms: the median of some. */
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
    // Packages are links, and what they depend on is beside what these lead to.
    ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
  };
  const service = ts.createLanguageService(host);
  const times: number[] = [];
  for (; version < edits; version++) {
    const begin = performance.now();
    const found = service.getCompletionsAtPosition(file, text().indexOf('GET("') + 5, undefined);
    times.push(performance.now() - begin);
    if (!found?.entries.some(({ name }) => name === "/qbench/api/v2/orders")) {
      throw new Error("no path of the document is offered");
    }
  }
  service.dispose();
  // The first reads all files.
  return times.slice(1).toSorted((a, b) => a - b)[Math.floor((edits - 1) / 2)] ?? Number.NaN;
}
