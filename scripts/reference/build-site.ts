import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  Application,
  Converter,
  JSX,
  Logger,
  LogLevel,
  OptionDefaults,
  PageEvent,
  type ProjectReflection,
} from "typedoc";
import { readCommitted } from "../clients/committed-document.ts";
import { readClients } from "../clients/read-clients.ts";
import { CommandError } from "../command/command-error.ts";
import type { JsonObject } from "../document/model/json.ts";
import { readCompany } from "../publish/company.ts";
import { publicPackages } from "../publish/public-packages.ts";
import { createRenaming } from "../publish/rename-packages.ts";
import { addDocuments } from "./add-documents.ts";
import { addToCategory, categorizeByFolder, categorizeByPurpose, ESSENTIALS } from "./categorize.ts";
import { compileSources } from "./compile-sources.ts";
import { describeClient, linkResources } from "./describe-clients.ts";
import { findUndocumented } from "./find-undocumented.ts";
import { findUnexported } from "./find-unexported.ts";
import { citationLinker } from "./link-citations.ts";
import { linkErrors } from "./link-errors.ts";
import { listModules, type Module } from "./list-modules.ts";
import { quoteDescriptions } from "./quote-descriptions.ts";
import { forgetHiddenBases, simplifyTypes } from "./simplify-types.ts";

/**
 * Builds the API reference of all published packages with the guides, as a static site. Needs no build, only the
 * generated types. Replaces the site that the folder contains.
 *
 * @returns what is missing in the sources: descriptions, exports and targets of links. Then no site is written.
 * @throws {CommandError} if `out` is a file, or a folder with other files
 */
export async function buildSite(root: string, out: string): Promise<string[]> {
  const isSite = existsSync(join(out, "assets/navigation.js"));
  const found = statSync(out, { throwIfNoEntry: false });
  if (found && !isSite && !(found.isDirectory() && readdirSync(out).length === 0))
    throw new CommandError(`${out} is neither a site nor an empty folder. Choose another folder with --out.`);
  const company = await readCompany(root);
  const names = publicPackages(root).map(({ name }) => name);
  const { text: rename } = createRenaming(names, company.scope);
  const clients = await Promise.all(
    (await readClients(root)).map(async ({ name }) => [name, await readCommitted(root, name)] as const),
  );
  const modules = listModules(
    root,
    clients.map(([name]) => name),
  );
  const published = modules.filter(({ name }) => !name.endsWith("/internal"));
  const generated = new Set(modules.filter(({ client }) => client !== undefined).map(({ file }) => file));
  const linkCitations = citationLinker(root);
  const sources = compileSources(root, modules, rename, (text, file) =>
    rename(generated.has(file) ? quoteDescriptions(text) : linkCitations(text, file)),
  );

  const problems: string[] = [];
  const app = await createApplication(problems);
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    simplifyTypes(project);
    linkErrors(project);
    addDocuments(app, project, published, { root, repository: company.repository, rename });
    describeModules(app, project, published, rename, new Map(clients));
  });
  const shown = new Set(published.map(({ name }) => rename(name)));
  const project = app.converter.convert(sources.filter(({ displayName }) => shown.has(displayName)));
  forgetHiddenBases(project);
  app.validate(project);
  problems.push(
    ...findUndocumented(project, root, file => generated.has(file)),
    ...findUnexported(project),
    // TypeDoc would copy them.
    ...[...project.files.getMediaPaths()].map(path => `A link leads to ${path}, which is not in the site.`),
  );
  if (problems.length === 0) await app.generateDocs(project, out);
  return problems;
}

/** Creates the application of TypeDoc, which adds its warnings to `problems`. */
async function createApplication(problems: string[]): Promise<Application> {
  const app = await Application.bootstrap({
    name: "QBench SDK",
    readme: "none",
    customCss: join(import.meta.dirname, "site.css"),
    router: "structure",
    disableSources: true,
    excludeExternals: true,
    githubPages: false,
    hideGenerator: true,
    includeHierarchySummary: false,
    searchInDocuments: true,
    sortEntryPoints: false,
    categorizeByGroup: false,
    categoryOrder: ["Guides", "Packages", ESSENTIALS, "Records", "Filters", "*", "Other types", "This repository"],
    navigation: { includeCategories: true, includeGroups: false, excludeReferences: true },
    preservedTypeAnnotationTags: ["@throws"],
    highlightLanguages: [...OptionDefaults.highlightLanguages, "diff", "http", "ini", "powershell"],
    // Descriptions of types come from a server.
    markdownItOptions: { html: false, linkify: true },
    validation: { notDocumented: false, notExported: false },
  });
  app.logger = Object.assign(new Logger(), {
    log(message: string, level: LogLevel) {
      // Code in a language that is not highlighted has one color.
      if (level >= LogLevel.Warn && !message.includes("will not be highlighted")) problems.push(message);
    },
  });
  // Without an icon, browsers request one that does not exist.
  app.renderer.hooks.on("head.end", () => JSX.createElement("link", { rel: "icon", href: "data:," }));
  // TypeDoc links the front page as a folder. Without a server, browsers would show the files of the folder.
  app.renderer.on(PageEvent.END, page => {
    if (page.contents === undefined) return;
    page.contents = page.contents.replaceAll(/href="((?:\.{1,2}\/)+)(?=[#"])/g, 'href="$1index.html');
  });
  return app;
}

function describeModules(
  app: Application,
  project: ProjectReflection,
  modules: readonly Module[],
  rename: (text: string) => string,
  documents: ReadonlyMap<string, JsonObject>,
): void {
  const [defaultClient] = documents.keys();
  for (const { name, client = "" } of modules) {
    const module = project.getChildByName([rename(name)]);
    if (!module?.isDeclaration()) continue;
    addToCategory(module, "Packages");
    const document = documents.get(client);
    if (document === undefined) {
      categorizeByFolder(project, module);
      continue;
    }
    describeClient(app, project, module, document);
    if (client === defaultClient) linkResources(project, module);
    categorizeByPurpose(module, document);
  }
}
