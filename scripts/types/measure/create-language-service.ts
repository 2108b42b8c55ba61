import ts from "typescript";

/** A program of one file, as an editor holds it while it is written. */
export interface EditedFile {
  /** The absolute path. The imports of the file are resolved from its folder. */
  path: string;
  text(): string;
  version(): number;
}

/** The parsed files of all services, so that services that exist at the same time share the standard library. */
const parsed = ts.createDocumentRegistry();

/** Returns the language service that an editor uses for a file. */
export function createLanguageService(folder: string, { path, text, version }: EditedFile): ts.LanguageService {
  const host: ts.LanguageServiceHost = {
    getScriptFileNames: () => [path],
    getScriptVersion: name => (name === path ? String(version()) : "0"),
    getScriptSnapshot: name => {
      const content = name === path ? text() : ts.sys.readFile(name);
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
      customConditions: ["qbench-built-in"],
      types: [],
    }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: name => name === path || ts.sys.fileExists(name),
    readFile: name => ts.sys.readFile(name),
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    // Packages are symbolic links, and their dependencies are next to the links' targets.
    ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
  };
  return ts.createLanguageService(host, parsed);
}
