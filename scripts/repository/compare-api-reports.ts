import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { CommandError } from "../command/command-error.ts";

interface Manifest {
  exports: Record<string, { types?: string }>;
}

type Entry = [name: string, declarations: string];

export interface CompareOptions {
  /** The declaration files to report, relative to the folder. Default: the entries of its package.json. */
  declarations?: readonly string[];
  /** True to write the reports. */
  update?: boolean;
}

/**
 * Compares the public API of the built package in a folder with its reports, `api/<entry>.api.md`. Returns each
 * difference as a diff or a sentence.
 */
export function compareApiReports(
  folder: string,
  { declarations = [], update = false }: CompareOptions = {},
): string[] {
  const entries: Entry[] =
    declarations.length > 0
      ? declarations.map(file => [basename(file, ".d.ts"), file])
      : findEntries(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  mkdirSync(join(folder, "api"), { recursive: true });
  const differences = compareEntries(folder, entries, update);
  const names = new Set(entries.map(([name]) => `${name}.api.md`));
  for (const stale of globSync("*.api.md", { cwd: join(folder, "api") }).filter(file => !names.has(file))) {
    if (update) rmSync(join(folder, "api", stale));
    differences.push(`api/${stale} is the report of an entry that does not exist.`);
  }
  return differences;
}

/** Returns the entries in `exports` that have declarations, without `./internal`, which promises nothing to users. */
function findEntries({ exports }: Manifest): Entry[] {
  return Object.entries(exports).flatMap(([entry, { types }]): Entry[] =>
    types === undefined || entry === "./internal" ? [] : [[entry === "." ? "index" : basename(entry), types]],
  );
}

/** Compares all entries in one program of the compiler. */
function compareEntries(folder: string, entries: readonly Entry[], update: boolean): string[] {
  const files = entries.map(([, file]) => file);
  const configs = entries.map(([name, file]) => configure(folder, name, file, files));
  const [first] = configs;
  if (first === undefined) return [];
  const additionalEntryPoints = configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
  const compilerState = CompilerState.create(first, { additionalEntryPoints });
  return configs.flatMap(config => {
    let diff = `api/${basename(config.reportFilePath)} is missing.`;
    const { apiReportChanged } = Extractor.invoke(config, {
      compilerState,
      localBuild: update,
      printApiReportDiff: true,
      messageCallback(message) {
        message.handled = true;
        if (message.category === "Compiler") throw new CommandError(message.formatMessageWithLocation(folder));
        if (message.messageId === "console-api-report-diff") diff = message.text;
      },
    });
    return apiReportChanged ? [diff] : [];
  });
}

function configure(folder: string, name: string, declarations: string, include: readonly string[]): ExtractorConfig {
  const off = { default: { logLevel: ExtractorLogLevel.None } };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, declarations),
      compiler: {
        overrideTsconfig: {
          extends: "./tsconfig.build.json",
          compilerOptions: { rootDir: "." },
          include,
          exclude: [],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: join(folder, "api"),
        reportTempFolder: join(folder, "node_modules/.cache/api"),
        // A type that is not exported is part of the API if an exported one refers to it.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      // The reports have the same bytes on every system.
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: off,
        tsdocMessageReporting: off,
      },
    },
  });
}
