/**
 * Makes `instanceof` know the errors of a class across copies of a package: a service that has two of them, by its
 * dependencies or a bundler, would otherwise miss errors of the other. Subclasses count, and are told apart.
 *
 * @param name the class's name, which a minifier may change
 */
export function brandError(errorClass: abstract new (...args: never) => Error, name: string): void {
  const brand = Symbol.for(`@qbench-sdk/${name}`);
  Object.defineProperty(errorClass.prototype, brand, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, error: unknown): boolean {
      // A subclass inherits this, and asks for its own.
      if (this !== errorClass) return Function.prototype[Symbol.hasInstance].call(this as () => void, error);
      return typeof error === "object" && error !== null && brand in error;
    },
  });
}
