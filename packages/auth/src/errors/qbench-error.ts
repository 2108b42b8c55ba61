import { brandError } from "./brand-error.js";

/**
 * Is the base class of every error that these packages throw. `instanceof` also recognizes errors of another copy of
 * the package.
 *
 * @example
 * ```ts
 * try {
 *   await client.orders.get(1);
 * } catch (error) {
 *   if (error instanceof QBenchError) console.error(error.name, error.message);
 *   else throw error;
 * }
 * ```
 */
export abstract class QBenchError extends Error {
  /** Marks errors of this class, in every copy of the package. */
  static readonly brand: symbol = /* @__PURE__ */ brandError(QBenchError, "QBenchError");
}
