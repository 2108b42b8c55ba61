import {
  type Comment,
  type CommentDisplayPart,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
} from "typedoc";

/** Links the error that each `@throws` begins with, such as `QBenchInputError if …` or `{QBenchInputError} if …`. */
export function linkErrors(project: ProjectReflection): void {
  const classes = new Map(project.getReflectionsByKind(ReflectionKind.Class).map(each => [each.name, each]));
  for (const { comment } of Object.values(project.reflections)) if (comment) linkThrown(comment, classes);
}

function linkThrown(comment: Comment, classes: ReadonlyMap<string, Reflection>): void {
  for (const tag of comment.getTags("@throws")) {
    // In braces, the name is not a part of the content.
    if (tag.typeAnnotation !== undefined) {
      tag.content.unshift({ kind: "text", text: `${tag.typeAnnotation.replaceAll(/[{}]/g, "")} ` });
      delete tag.typeAnnotation;
    }
    const [first, ...rest] = tag.content;
    const [name = ""] = /^QBench\w+/.exec(first?.text ?? "") ?? [];
    const target = classes.get(name);
    if (first?.kind !== "text" || target === undefined) continue;
    const link: CommentDisplayPart = { kind: "inline-tag", tag: "@link", text: name, target };
    tag.content = [link, { kind: "text", text: first.text.slice(name.length) }, ...rest];
  }
}
