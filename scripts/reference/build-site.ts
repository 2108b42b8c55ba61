import { join } from "node:path";
import { Application, Converter, JSX, Logger, LogLevel, type ProjectReflection } from "typedoc";
import { readCommitted } from "../clients/committed-document.ts";
import { readClients } from "../clients/read-clients.ts";
import { readCompany, SOURCE_SCOPE } from "../publish/company.ts";
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
import { listModules } from "./list-modules.ts";
import { forgetHiddenBases, simplifyTypes } from "./simplify-types.ts";

/** The repository that a site is about. */
export interface Site {
  /** The root of the repository. */
  root: string;
  /** The web page of the repository, for links to files that are not in the site. */
  repository?: string | undefined;
  /** Replaces the names of packages in a text by the names under which they are published. */
  rename: (text: string) => string;
}

/**
 * Builds the API reference of all published packages with the guides, as a static site. Needs no build, only the
 * generated types.
 *
 * @returns what is missing in the sources: descriptions, exports and targets of links
 */
export async function buildSite(root: string, out: string): Promise<string[]> {
  const company = await readCompany(root);
  const names = publicPackages(root).map(({ name }) => name);
  const { text: rename } = createRenaming(names, company?.scope ?? SOURCE_SCOPE);
  const site: Site = { root, repository: company?.repository, rename };
  const clients = (await readClients(root)).map(({ name }) => name);
  const documents = new Map(
    await Promise.all(clients.map(async client => [client, await readCommitted(root, client)] as const)),
  );
  const modules = listModules(root, clients);
  const linkCitations = citationLinker(root);
  const sources = compileSources(root, modules, rename, (text, file) => rename(linkCitations(text, file)));
  const published = modules.filter(({ name }) => !name.endsWith("/internal"));

  const problems: string[] = [];
  const app = await Application.bootstrap({
    name: "QBench SDK",
    readme: "none",
    router: "structure",
    disableSources: true,
    excludeExternals: true,
    githubPages: false,
    hideGenerator: true,
    categorizeByGroup: false,
    includeHierarchySummary: false,
    searchInDocuments: true,
    categoryOrder: ["Guides", "Packages", ESSENTIALS, "Records", "Filters", "*", "Other types", "This repository"],
    preservedTypeAnnotationTags: ["@throws"],
    ignoredHighlightLanguages: ["cron", "mermaid"],
    sortEntryPoints: false,
    navigation: { includeCategories: true, includeGroups: false, excludeReferences: true },
    validation: { notDocumented: false, notExported: false },
  });
  app.logger = Object.assign(new Logger(), {
    log(message: string, level: LogLevel) {
      if (level >= LogLevel.Warn) problems.push(message);
    },
  });
  // Otherwise browsers request an icon that does not exist.
  app.renderer.hooks.on("head.end", () => JSX.createElement("link", { rel: "icon", href: "data:," }));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    simplifyTypes(project);
    linkErrors(project);
    addDocuments(app, project, published, site);
    for (const { name, client = "" } of published) {
      const module = project.getChildByName([rename(name)]);
      if (!module?.isDeclaration()) continue;
      addToCategory(module, "Packages");
      const document = documents.get(client);
      if (document) {
        describeClient(app, project, module, document);
        if (client === clients[0]) linkResources(project, module);
        categorizeByPurpose(module, document);
      } else {
        categorizeByFolder(project, module);
      }
    }
  });
  const project = app.converter.convert(
    sources.filter(({ displayName }) => !displayName.endsWith("/internal")),
  );
  forgetHiddenBases(project);
  app.validate(project);
  problems.push(...findUndocumented(project, isGenerated(root, clients)), ...findUnexported(project));
  await app.generateDocs(project, out);
  return problems;
}

const isGenerated = (root: string, clients: readonly string[]): ((file: string) => boolean) => {
  const generated = new Set(["index", ...clients].map(name => join(root, `packages/types/src/${name}.ts`)));
  return file => generated.has(file);
};
