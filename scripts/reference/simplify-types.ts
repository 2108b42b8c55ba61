import {
  type DeclarationReflection,
  makeRecursiveVisitor,
  type ProjectReflection,
  ReferenceType,
  ReflectionKind,
  type SomeType,
} from "typedoc";
import { isUnexported } from "./find-unexported.ts";

/** Removes what only the compiler needs, so that a page shows what a user of the packages reads and writes. */
export function simplifyTypes(project: ProjectReflection): void {
  for (const member of project.getReflectionsByKind(ReflectionKind.Property | ReflectionKind.Method)) {
    // No value has a member with such a name, except for the methods that implement `instanceof`.
    if (/^[[~]/.test(member.name)) project.removeReflection(member);
  }
  for (const alias of project.getReflectionsByKind(ReflectionKind.TypeAlias)) {
    if (alias.isDeclaration() && isComputed(alias.type)) removeType(project, alias);
  }
}

/** Does not name the origins of inherited members, and the bases of interfaces, that have no pages. */
export function forgetHiddenBases(project: ProjectReflection): void {
  for (const reflection of Object.values(project.reflections)) {
    if (!reflection.isDeclaration() && !reflection.isSignature()) continue;
    for (const key of ["inheritedFrom", "overwrites", "implementationOf"] as const) {
      if (isHidden(reflection[key])) delete reflection[key];
    }
    if (!reflection.isDeclaration() || !reflection.extendedTypes?.some(isHidden)) continue;
    delete reflection.extendedTypes;
    delete reflection.typeHierarchy;
  }
}

/** Returns true for a type that the compiler computes. Its description says more than its text. */
export function isComputed(type: SomeType | undefined): boolean {
  let computed = false;
  const found = (): void => {
    computed = true;
  };
  type?.visit(makeRecursiveVisitor({ conditional: found, mapped: found }));
  return computed;
}

export function removeType(project: ProjectReflection, reflection: DeclarationReflection): void {
  project.removeTypeReflections(reflection.type);
  delete reflection.type;
  delete reflection.defaultValue;
}

const isHidden = (type: SomeType | undefined): boolean => type instanceof ReferenceType && isUnexported(type);
