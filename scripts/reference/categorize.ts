import { Comment, CommentTag, type DeclarationReflection, type ProjectReflection } from "typedoc";
import { entityNames } from "../document/model/entities.ts";
import type { JsonObject } from "../document/model/json.ts";

/** The heading of what users call first. Its sources are directly in `src`. */
export const ESSENTIALS = "Essentials";

/** Lists the exports of a package under headings: the folders of its sources. */
export function categorizeByFolder(project: ProjectReflection, module: DeclarationReflection): void {
  categorize(module, child => {
    const [, folder = ESSENTIALS] =
      /^src\/(.+)\//.exec(project.getSymbolIdFromReflection(child)?.packagePath ?? "") ?? [];
    return folder.charAt(0).toUpperCase() + folder.slice(1).replaceAll(/[-/]/g, " ");
  });
}

/** Lists the types of an API client under headings: by what they are for. */
export function categorizeByPurpose(module: DeclarationReflection, document: JsonObject): void {
  const entities = entityNames(document);
  categorize(module, ({ name }) => {
    if (["components", "operations", "paths", "resources", "Resources"].includes(name)) return ESSENTIALS;
    if (entities.has(name)) return "Records";
    if (/Create$/.test(name)) return "Records to create";
    if (/Update$/.test(name)) return "Records to update";
    if (/Filter$/.test(name)) return "Filters";
    return /(Page|Response)$/.test(name) ? "Pages and envelopes" : "Other types";
  });
}

function categorize(module: DeclarationReflection, categoryOf: (child: DeclarationReflection) => string): void {
  for (const child of module.children ?? []) {
    if (!child.isReference()) addToCategory(child, categoryOf(child));
  }
}

export function addToCategory(reflection: DeclarationReflection, category: string): void {
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(new CommentTag("@category", [{ kind: "text", text: category }]));
}
