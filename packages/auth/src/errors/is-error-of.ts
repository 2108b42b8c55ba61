/** An error class. Those of these packages have a name that a minifier does not change. */
interface ErrorClass {
  readonly qbenchError?: string;
  readonly prototype: unknown;
}

/**
 * Returns whether `error instanceof errorClass`, also across copies of a package. A service can have two copies, by its
 * dependencies or a bundler, and would otherwise miss the errors of one. Every class with a name counts as a subclass
 * of `QBenchError`. Classes without a name of their own, such as those of a service, are compared as usual.
 */
export function isErrorOf(errorClass: ErrorClass, error: unknown): boolean {
  if (!Object.hasOwn(errorClass, "qbenchError")) return Function.prototype[Symbol.hasInstance].call(errorClass, error);
  const { qbenchError: name } = errorClass;
  let each = (error as { constructor?: ErrorClass & NewableFunction } | null | undefined)?.constructor;
  // Data, such as a parsed response, can have any `constructor`, but no function.
  for (; typeof each === "function" && each.qbenchError; each = Object.getPrototypeOf(each)) {
    if (name === "QBenchError" || name === each.qbenchError) return true;
  }
  return false;
}
