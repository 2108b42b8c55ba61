/**
 * Makes `instanceof` recognize errors of a class across copies of a package. A service can have two copies, by its
 * dependencies or a bundler, and would otherwise miss the errors of one. Errors of subclasses are recognized too,
 * whereas `instanceof` a subclass works as usual unless the subclass is branded itself.
 *
 * Call it in the initializer of a static field and mark the call as pure. From a static block, a bundler would keep
 * every error class, even in programs that use other parts of the package only.
 *
 * @param name the name of the class, which a minifier may change
 * @param base the name of a branded class whose errors these are as well, although the class does not extend it
 * @returns the key that marks such errors
 */
export function brandError(
  errorClass: abstract new (...args: never) => Error,
  name: string,
  base: string = name,
): symbol {
  const brand = brandOf(name);
  for (const each of [brand, brandOf(base)]) Object.defineProperty(errorClass.prototype, each, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, error: unknown): boolean {
      // Subclasses inherit this method.
      if (this !== errorClass) return Function.prototype[Symbol.hasInstance].call(this as () => void, error);
      return typeof error === "object" && error !== null && brand in error;
    },
  });
  return brand;
}

const brandOf = (name: string): symbol => Symbol.for(`@qbench-sdk/${name}`);
