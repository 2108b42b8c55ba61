import {
  makeRecursiveVisitor,
  type ProjectReflection,
  type ReferenceType,
  type Reflection,
  type SomeType,
} from "typedoc";
import { SOURCE_SCOPE } from "../publish/company.ts";

/**
 * Types without an export that pages may name. They select the names, parameters or results of other types for the
 * compiler, and the descriptions of the exports that use them say what they accept.
 */
const internal: ReadonlySet<string> = new Set([
  "BuiltInRecords",
  "DatedMethod",
  "DatedMethods",
  "DateMarker",
  "DeclaredName",
  "DefaultTable",
  "InvalidName",
  "ItemOf",
  "ListInit",
  "ListReader",
  "UndescribedRecord",
  // Parts of a document, which OpenAPI defines.
  "PathItem",
  "Schema",
]);

/** Returns the types of these packages that exports refer to, but that users cannot import. */
export function findUnexported(project: ProjectReflection): string[] {
  const problems = new Map<string, string>();
  for (const reflection of Object.values(project.reflections)) {
    const visitor = makeRecursiveVisitor({
      reference(type) {
        if (!isUnexported(type) || internal.has(type.name) || problems.has(type.name)) return;
        problems.set(type.name, `${type.name} is not exported, but ${reflection.getFriendlyFullName()} refers to it.`);
      },
    });
    for (const type of typesOf(reflection)) type.visit(visitor);
  }
  return [...problems.values()];
}

/** Returns true for a type of these packages that has no page. */
export const isUnexported = ({ package: name, reflection, refersToTypeParameter }: ReferenceType): boolean =>
  name?.startsWith(`${SOURCE_SCOPE}/`) === true && reflection === undefined && !refersToTypeParameter;

function typesOf(reflection: Reflection): SomeType[] {
  const types = [
    reflection.isDeclaration() || reflection.isSignature() || reflection.isParameter() ? reflection.type : undefined,
    ...(reflection.isTypeParameter() ? [reflection.type, reflection.default] : []),
  ];
  return types.filter(type => type !== undefined);
}
