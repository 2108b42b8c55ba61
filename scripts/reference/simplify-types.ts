import {
  type CommentDisplayPart,
  Comment,
  CommentTag,
  type DeclarationReflection,
  makeRecursiveVisitor,
  type ProjectReflection,
  ReflectionKind,
  type SomeType,
} from "typedoc";

/** Removes what only the compiler needs, so that a page shows what a user of the packages reads and writes. */
export function simplifyTypes(project: ProjectReflection): void {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.Property | ReflectionKind.Method)) {
    // Their names are symbols, or texts that no value has as a property.
    if (/^[[~]/.test(reflection.name)) project.removeReflection(reflection);
  }
  for (const alias of project.getReflectionsByKind(ReflectionKind.TypeAlias)) {
    if (alias.isDeclaration() && isComputed(alias.type)) removeType(project, alias);
  }
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.isDeclaration() || reflection.isSignature()) forgetHiddenBases(reflection);
  }
}

/** Returns true for a type that the compiler computes: its text explains less than the description. */
function isComputed(type: SomeType | undefined): boolean {
  let computed = false;
  const find = (): void => {
    computed = true;
  };
  type?.visit(makeRecursiveVisitor({ conditional: find, inferred: find, mapped: find }));
  return computed;
}

export function removeType(project: ProjectReflection, reflection: DeclarationReflection): void {
  project.removeTypeReflections(reflection.type);
  delete reflection.type;
  delete reflection.defaultValue;
}

