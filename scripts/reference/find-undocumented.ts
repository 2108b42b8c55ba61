import { relative } from "node:path";
import {
  type DeclarationReflection,
  LiteralType,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
  type SignatureReflection,
} from "typedoc";
import { isComputed } from "./simplify-types.ts";

const documented =
  ReflectionKind.Variable |
  ReflectionKind.Function |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Enum |
  ReflectionKind.EnumMember |
  ReflectionKind.Property |
  ReflectionKind.Method |
  ReflectionKind.Accessor;

/**
 * Returns the exported symbols without a description, and their members: `QBenchApiError.status`. Of the types that are
 * generated from a document it returns only the exports themselves, because a document describes few of its fields.
 */
export function findUndocumented(
  project: ProjectReflection,
  root: string,
  isGenerated: (file: string) => boolean,
): string[] {
  return project.getReflectionsByKind(documented).flatMap(reflection => {
    if (!reflection.isDeclaration() || isDescribed(reflection) || isPartOfType(reflection)) return [];
    const file = project.getSymbolIdFromReflection(reflection)?.fileName;
    if (file === undefined || file.includes("/node_modules/")) return [];
    if (isGenerated(relative(root, file)) && !reflection.parent?.kindOf(ReflectionKind.Module)) return [];
    return [`${reflection.getFriendlyFullName()} has no docstring (${relative(root, file)}).`];
  });
}

function isDescribed(reflection: DeclarationReflection): boolean {
  if (hasText(reflection) || isDiscriminant(reflection)) return true;
  const signatures = signaturesOf(reflection);
  return signatures.length > 0 && signatures.every(hasText);
}

/** Does not count tags: the one for the heading is in each comment. */
const hasText = ({ comment }: Reflection): boolean => comment?.summary.some(({ text }) => text.trim() !== "") === true;

const signaturesOf = ({ signatures = [], getSignature, setSignature }: DeclarationReflection): SignatureReflection[] =>
  [...signatures, getSignature, setSignature].filter(signature => signature !== undefined);

/** Returns true for a property such as `type: "retry"`, whose only value says what it means. */
const isDiscriminant = ({ kind, type }: DeclarationReflection): boolean =>
  kind === ReflectionKind.Property && type instanceof LiteralType;

/**
 * Returns true for a property of the type of a parameter, whose description describes it as well, and for one that the
 * compiler compares with another type.
 */
function isPartOfType({ parent }: Reflection): boolean {
  if (parent === undefined) return false;
  if (parent.kindOf([ReflectionKind.Parameter, ReflectionKind.TypeParameter])) return true;
  return (parent.isDeclaration() && isComputed(parent.type)) || isPartOfType(parent);
}
