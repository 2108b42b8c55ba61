import type { CustomFieldNames, DeclaredName } from "../custom-fields.js";

declare const problem: unique symbol;

/** Explains in a compile error why a body is rejected. No body has this property. */
interface InvalidBody<Problem> {
  readonly [problem]: Problem;
}

/**
 * Rejects a body with a field that `Declared` lacks, at any depth and wherever the body comes from. TypeScript itself
 * rejects only fields of object literals. An accepted body makes this `unknown`, so that editors show `Declared` alone.
 *
 * The compiler infers `Sent` from the last branch, which is never taken. `Sent` and `Declared` are in the condition so
 * that the compiler can tell two such types apart without expanding them, which never ends.
 */
export type OnlyDeclared<Sent, Declared> = [ProblemIn<Sent, Declared>, Sent, Declared] extends [
  infer Problem,
  Sent,
  Declared,
]
  ? [Problem] extends [never]
    ? unknown
    : unknown extends Problem // The compiler has not inferred `Sent` yet.
      ? unknown
      : InvalidBody<Problem>
  : Sent;

/** Describes the undeclared fields. `Depth` ends the search in types that contain themselves. */
type ProblemIn<Sent, Declared, Depth extends 0[] = []> = Sent extends Scalar
  ? never
  : unknown extends Sent | Declared
    ? never
    : Depth["length"] extends 10
      ? never
      : Sent extends readonly (infer Item)[]
        ? ProblemIn<Item, ItemOf<Declared>, [...Depth, 0]>
        : (keyof Declared extends keyof Sent ? IsSame<Sent, Declared> : false) extends true // Spares the search.
          ? never
          : ProblemInFields<Sent, Alternatives<Declared, Sent>, [...Depth, 0]>;

type ProblemInFields<Sent, Declared, Depth extends 0[]> = [Declared] extends [never]
  ? never
  : {
      [Name in keyof Sent]-?: Name extends NameIn<Declared>
        ? Sent[Name] extends Scalar
          ? never
          : ProblemIn<Sent[Name], FieldOf<Declared, Name>, Depth>
        : Name extends CustomFieldNames
          ? `${Extract<NameIn<Sent[Name]>, DeclaredName<Declared>> & string} is declared, so write it without customFields`
          : `${Name & string} is not declared`;
    }[keyof Sent];

type Scalar = string | number | boolean | bigint | symbol | null | undefined;

type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type ItemOf<Declared> = Declared extends readonly (infer Item)[] ? Item : never;

/**
 * Selects the alternatives that accept an object. If only all together do, because its kind is one of several, it selects
 * all. If they do not, the compiler rejects the body without this check.
 */
type Alternatives<Declared, Sent> = [Accepting<Declared, Sent>] extends [never]
  ? Sent extends Declared
    ? Extract<Declared, object>
    : never
  : Accepting<Declared, Sent>;

type Accepting<Declared, Sent> = Declared extends object ? (Sent extends Declared ? Declared : never) : never;

type NameIn<Declared> = Declared extends unknown ? keyof Declared : never;

type FieldOf<Declared, Name> = Declared extends unknown
  ? Name extends keyof Declared
    ? Declared[Name]
    : never
  : never;
