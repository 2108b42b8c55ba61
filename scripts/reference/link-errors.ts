import { type Comment, type CommentDisplayPart, type ProjectReflection, type Reflection, ReflectionKind } from "typedoc";

/** Links the error that each `@throws` begins with, such as `QBenchInputError if …` or `{QBenchInputError} if …`. */
export function linkErrors(project: ProjectReflection): void {
  const classes = new Map(project.getReflectionsByKind(ReflectionKind.Class).map(each => [each.name, each]));
  for (const { comment } of Object.values(project.reflections)) if (comment) linkThrown(comment, classes);
}

function linkThrown(comment: Comment, classes: ReadonlyMap<string, Reflection>): void {
  for (const tag of comment.getTags("@throws")) {
    const [first, ...rest] = tag.content;
    const named = tag.typeAnnotation?.replaceAll(/[{}]/g, "");
    const text = named === undefined ? first?.text : `${named} ${first?.text ?? ""}`;
    const [name = ""] = /^QBench\w+/.exec(text ?? "") ?? [];
    const target = classes.get(name);
    delete tag.typeAnnotation;
    if (first?.kind !== "text" || text === undefined) continue;
    const link: CommentDisplayPart[] = target ? [{ kind: "inline-tag", tag: "@link", text: name, target }] : [];
    tag.content = [...link, { kind: "text", text: target ? text.slice(name.length) : text }, ...rest];
  }
}
