/**
 * Stands for the types of each method of a resource. The client knows these types, and the generated file knows the
 * description of each method. Both meet in a signature that refers to `this`: the client combines its interface with
 * `{ args, result }`. Editors then show the description while a call is written. If a method takes a body, `args` depends
 * on `sent`, the type of the body that a caller sends.
 */
export interface MethodTypes {
  sent: unknown;
  args: unknown;
  result: unknown;
}

/** Extracts the parameters of a method. */
export type ArgumentsOf<Types extends MethodTypes, Sent = unknown> = Extract<(Types & { sent: Sent })["args"], unknown[]>;
