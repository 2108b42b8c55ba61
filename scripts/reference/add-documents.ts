import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import {
  type Application,
  type CommentDisplayPart,
  DocumentReflection,
  MinimalSourceFile,
  normalizePath,
  type ProjectReflection,
} from "typedoc";
import { pageOf } from "../publish/absolute-links.ts";
import { rewriteLinks } from "../publish/rewrite-links.ts";
import type { Module } from "./list-modules.ts";

/** The repository that a site is about. */
export interface Site {
  /** The root of the repository. */
  root: string;
  /** The web page of the repository, for links to files that are not in the site. */
  repository?: string | undefined;
  /** Replaces the names of packages in a text by the names under which they are published. */
  rename: (text: string) => string;
}

/** The Markdown files of the site, by the heading under which the site lists them. */
const categories: Readonly<Record<string, readonly string[]>> = {
  Guides: ["README.md", "docs/*.md"],
  Packages: ["packages/*/README.md"],
  "This repository": ["CONTRIBUTING.md", "SECURITY.md", "openapi/README.md", "packages/internal/*/*.md"],
};

/**
 * Adds the Markdown files of the repository. The README of the repository is the front page, and that of a package is on
 * the page of its main module. All others have pages of their own.
 */
export function addDocuments(
  app: Application,
  project: ProjectReflection,
  modules: readonly Module[],
  site: Site,
): void {
  const documents = Object.entries(categories).flatMap(([category, patterns]) =>
    patterns.flatMap(pattern => globSync(pattern, { cwd: site.root }).map(file => ({ file, category }))),
  );
  const inSite = new Set(documents.map(({ file }) => file));
  // The README of a folder comes before its other files.
  const keyOf = ({ file }: { file: string }): string => file.replace(/README\.md$/, "");
  for (const { file, category } of documents.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)))) {
    const path = normalizePath(join(site.root, file));
    const text = site.rename(adaptLinks(readFileSync(path, "utf8"), file, inSite, site));
    const [heading = "", title = file] = /^# (.+)\n/m.exec(text) ?? [];
    // The front page and the page of a module show a title of their own.
    const untitled = text.replace(heading, "");
    const module = modules.find(({ folder }) => folder === dirname(file));
    const page = module && project.getChildByName([site.rename(module.name)]);
    if (file === "README.md") {
      project.readme = parse(app, project, path, untitled);
      project.files.registerReflectionPath(path, project);
    } else if (page?.isDeclaration()) {
      page.readme = parse(app, project, path, untitled);
      project.files.registerReflectionPath(path, page);
    } else {
      const content = parse(app, project, path, text);
      const document = new DocumentReflection(title.replaceAll("`", ""), project, content, { category });
      project.addChild(document);
      project.registerReflection(document, undefined, path);
    }
  }
}

/**
 * Leads links to folders to their README, and those to files that are not in the site to the repository's web page.
 * Links to missing files stay, so that TypeDoc reports them.
 */
function adaptLinks(text: string, file: string, inSite: ReadonlySet<string>, { root, repository }: Site): string {
  return rewriteLinks(text, path => {
    const target = path === "" ? file : posix.join(posix.dirname(file), path).replace(/\/$/, "");
    const found = statSync(join(root, target), { throwIfNoEntry: false });
    if (found === undefined || inSite.has(target)) return path;
    if (inSite.has(posix.join(target, "README.md"))) return posix.join(path, "README.md");
    return repository === undefined ? undefined : pageOf(repository, target, found.isDirectory());
  });
}

const parse = (app: Application, project: ProjectReflection, path: string, text: string): CommentDisplayPart[] =>
  app.converter.parseRawComment(new MinimalSourceFile(text, normalizePath(path)), project.files).content;
