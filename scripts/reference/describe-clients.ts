import {
  type Application,
  Comment,
  type DeclarationReflection,
  MinimalSourceFile,
  normalizePath,
  type ProjectReflection,
  UnknownType,
} from "typedoc";
import type { JsonObject } from "../document/model/json.ts";
import { describeResources } from "./describe-resources.ts";
import { removeType } from "./simplify-types.ts";

/**
 * Makes the types of an API client readable. Its document has hundreds of operations, so `Resources` shows a table of
 * the methods of each resource instead of types, and the types for openapi-fetch show their description only.
 */
export function describeClient(
  app: Application,
  project: ProjectReflection,
  module: DeclarationReflection,
  document: JsonObject,
): void {
  const childOf = (name: string): DeclarationReflection | undefined => {
    const child = module.getChildByName([name]);
    return child?.isDeclaration() ? child : undefined;
  };
  for (const name of ["components", "operations", "paths"]) {
    for (const member of childOf(name)?.children?.toReversed() ?? []) project.removeReflection(member);
  }
  const table = childOf("resources");
  if (table) removeType(project, table);
  const descriptions = describeResources(document, name =>
    childOf(name) === undefined ? undefined : `{@link ${name}}`,
  );
  for (const resource of childOf("Resources")?.children ?? []) {
    const text = descriptions.get(resource.name);
    if (text === undefined) continue;
    removeType(project, resource);
    resource.type = new UnknownType("{ … }");
    const file = new MinimalSourceFile(text, normalizePath(`${module.name}.md`));
    resource.comment = new Comment(app.converter.parseRawComment(file, project.files).content);
  }
}
