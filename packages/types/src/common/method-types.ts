/**
 * Stands for the types of each method of a resource. The client knows these types, and the generated file knows the
 * description of each method. Both meet in a signature that refers to `this`: the client combines its interface with
 * `{ args, result }`, or with `{ write, result }` if the method takes a body. Editors then show the description while a
 * call is written.
 */
export interface MethodTypes {
  args: unknown;
  write: unknown;
  result: unknown;
}

/** Extracts the parameters of a method. */
export type ArgumentsOf<Types extends MethodTypes> = Extract<Types["args"], unknown[]>;

/** Extracts the parameters of a method that takes a body. They depend on `Sent`, the type of the body in a call. */
export type WriteArgumentsOf<Types extends MethodTypes, Sent> = Extract<
  (Types["write"] & { sent: Sent })["args" & keyof Types["write"]],
  unknown[]
>;
