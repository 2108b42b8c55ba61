import {
  type DeclarationReflection,
  makeRecursiveVisitor,
  type ProjectReflection,
  ReferenceType,
  ReflectionKind,
  type SignatureReflection,
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
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.isDeclaration() || reflection.isSignature()) forgetHiddenBases(reflection);
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

/** Does not name the origin of an inherited member, or the base of an interface, that has no page. */
function forgetHiddenBases(reflection: DeclarationReflection | SignatureReflection): void {
  for (const key of ["inheritedFrom", "overwrites", "implementationOf"] as const) {
    if (isHidden(reflection[key])) delete reflection[key];
  }
  if (!reflection.isDeclaration() || !reflection.extendedTypes?.some(isHidden)) return;
  delete reflection.extendedTypes;
  delete reflection.typeHierarchy;
}

const isHidden = (type: SomeType | undefined): boolean => type instanceof ReferenceType && isUnexported(type);
