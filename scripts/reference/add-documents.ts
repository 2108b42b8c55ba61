import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type Application,
  type CommentDisplayPart,
  DocumentReflection,
  MinimalSourceFile,
  normalizePath,
  type ProjectReflection,
} from "typedoc";
import { adaptLinks } from "./adapt-links.ts";
import { listDocuments } from "./list-documents.ts";
import type { Module } from "./list-modules.ts";

/**
 * Adds the Markdown files of the repository. The front page is the README, and that of a package is on the page of its
 * main module. All others are pages of their own.
 */
export function addDocuments(
  app: Application,
  project: ProjectReflection,
  root: string,
  modules: readonly Module[],
  rename: (text: string) => string,
): void {
  const documents = listDocuments(root);
  const inSite = new Set(documents.map(({ file }) => file));
  const mainModules = new Map(
    modules.toReversed().map(({ name, folder }) => [folder, project.getChildByName([rename(name)])]),
  );
  for (const { file, category } of documents) {
    const path = normalizePath(join(root, file));
    const text = rename(adaptLinks(readFileSync(path, "utf8"), file, inSite, () => undefined));
    const [, title = file] = /^# (.+)$/m.exec(text) ?? [];
    // Without the title, which the page has already.
    const content = parse(app, project, path, text.replace(/^# .+\n/m, ""));
    const module = mainModules.get(dirname(file));
    if (file === "README.md") {
      project.readme = parse(app, project, path, text);
      project.files.registerReflectionPath(path, project);
    } else if (module?.isDeclaration()) {
      module.readme = content;
      project.files.registerReflectionPath(path, module);
    } else {
      const page = new DocumentReflection(title.replaceAll("`", ""), project, content, { category });
      project.addChild(page);
      project.registerReflection(page, undefined, path);
    }
  }
}

const parse = (app: Application, project: ProjectReflection, path: string, text: string): CommentDisplayPart[] =>
  app.converter.parseRawComment(new MinimalSourceFile(text, normalizePath(path)), project.files).content;
