/**
 * Fails if the public API of a package differs from its committed reports, `api/<entry>.api.md`. With `--update`, writes
 * the reports. Runs in the folder of a package, after its build. A package whose entries are generated names its
 * hand-written declaration files as arguments: changes of generated types are reviewed in `openapi/`.
 */
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";

const root = dirname(import.meta.dirname);
const folder = process.cwd();
const reports = join(folder, "api");
const manifestFile = join(folder, "package.json");

interface Manifest {
  name: string;
  exports: Record<string, { types?: string }>;
}

type Entry = [name: string, declarations: string];

/** Returns the entries in `exports` that have declarations, without `./internal`, which promises nothing to users. */
function findEntries({ exports }: Manifest): Entry[] {
  return Object.entries(exports).flatMap(([entry, { types }]): Entry[] =>
    types === undefined || entry === "./internal" ? [] : [[entry === "." ? "index" : basename(entry), types]],
  );
}

/** Returns how a report differs from the declarations, as a diff; undefined when it does not. */
function compareReport(name: string, declarations: string, update: boolean): string | undefined {
  let diff = `api/${name}.api.md is missing.`;
  const { apiReportChanged } = Extractor.invoke(configure(name, declarations), {
    localBuild: update,
    printApiReportDiff: true,
    messageCallback(message) {
      message.handled = true;
      if (message.category === "Compiler") throw new CommandError(message.formatMessageWithLocation(folder));
      if (message.messageId === "console-api-report-diff") diff = message.text;
    },
  });
  return apiReportChanged ? diff : undefined;
}

function configure(name: string, declarations: string): ExtractorConfig {
  const off = { default: { logLevel: ExtractorLogLevel.None } };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: manifestFile,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, declarations),
      compiler: {
        overrideTsconfig: {
          extends: "./tsconfig.build.json",
          compilerOptions: { rootDir: "." },
          include: [declarations],
          exclude: [],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: reports,
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

const command = new Command("check-api")
  .description("Fails if the public API of the package in this folder differs from its reports in api/.")
  .argument("[declarations...]", "declaration files to report (default: the entries of package.json)")
  .option("--update", "write the reports")
  .action((files, { update = false }) => {
    const manifest: Manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
    const entries: Entry[] =
      files.length > 0 ? files.map(file => [basename(file, ".d.ts"), file]) : findEntries(manifest);
    mkdirSync(reports, { recursive: true });
    const differences = entries.flatMap(([name, declarations]) => compareReport(name, declarations, update) ?? []);
    const names = new Set(entries.map(([name]) => `${name}.api.md`));
    for (const stale of globSync("*.api.md", { cwd: reports }).filter(file => !names.has(file))) {
      if (update) rmSync(join(reports, stale));
      differences.push(`api/${stale} is the report of an entry that does not exist.`);
    }
    if (update || differences.length === 0) return;
    process.stderr.write(`${differences.join("\n")}\n\n`);
    throw new CommandError(
      `${manifest.name}: the public API differs from the reports in ${relative(root, reports)}. If the change is intended, run "pnpm api:update" and commit the reports.`,
    );
  });

await runCommand(command);
