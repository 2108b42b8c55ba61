import {
  type Application,
  Comment,
  type DeclarationReflection,
  MinimalSourceFile,
  normalizePath,
  type ProjectReflection,
  ReferenceType,
  ReflectionKind,
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
  const exported = new Map(module.children?.map(child => [child.name, child]));
  for (const name of ["components", "operations", "paths"]) {
    for (const member of exported.get(name)?.children?.toReversed() ?? []) project.removeReflection(member);
  }
  const table = exported.get("resources");
  if (table) removeType(project, table);
  const resources = exported.get("Resources");
  // The base is the type of the table.
  delete resources?.extendedTypes;
  const descriptions = describeResources(document, name => (exported.has(name) ? `{@link ${name}}` : undefined));
  for (const resource of resources?.children ?? []) {
    const text = descriptions.get(resource.name);
    if (text === undefined) continue;
    removeType(project, resource);
    resource.type = new UnknownType("{ … }");
    const file = new MinimalSourceFile(text, normalizePath(`${module.name}.md`));
    resource.comment = new Comment(app.converter.parseRawComment(file, project.files).content);
    for (const part of resource.comment.summary) {
      const target = part.kind === "inline-tag" ? exported.get(part.text.trim()) : undefined;
      if (part.kind === "inline-tag" && target) Object.assign(part, { text: target.name, target });
    }
  }
}

/** Links the resources of clients, such as `QBenchClient.orders`, to the methods of the default API client. */
export function linkResources(project: ProjectReflection, module: DeclarationReflection): void {
  const resources = new Map(
    module.children?.find(({ name }) => name === "Resources")?.children?.map(child => [child.name, child]),
  );
  for (const property of project.getReflectionsByKind(ReflectionKind.Property)) {
    const target = resources.get(property.name);
    if (!property.isDeclaration() || !(property.type instanceof ReferenceType) || !target) continue;
    if (property.type.name !== "Resource") continue;
    delete property.defaultValue;
    property.comment = new Comment([
      { kind: "text", text: "Has the methods of " },
      { kind: "inline-tag", tag: "@link", text: `Resources.${property.name}`, target },
      { kind: "text", text: "." },
    ]);
  }
}
