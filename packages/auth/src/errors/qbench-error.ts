import { isErrorOf } from "./is-error-of.js";

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
  /** The name of the class, by which `instanceof` recognizes it in another copy of the package. */
  static readonly qbenchError: string = "QBenchError";

  static override [Symbol.hasInstance](error: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass inherits this method
    return isErrorOf(this, error);
  }
}
