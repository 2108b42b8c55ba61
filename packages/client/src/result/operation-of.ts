/** Names the operation of the document that a method of a resource calls. */
export interface Operation {
  /** In upper case. */
  readonly method: string;
  /** The path as the document has it, such as `/qbench/api/v2/orders/{order_id}`. */
  readonly path: string;
}

const operations = new WeakMap<(...args: never[]) => unknown, Operation>();

/** Returns the operation of a method, if it is a method of a resource. */
export const operationOf = (method: (...args: never[]) => unknown): Operation | undefined => operations.get(method);

/** Remembers the operation of a method, and returns the method. */
export function withOperation<Method extends (...args: never[]) => unknown>(
  method: Method,
  operation: Operation,
): Method {
  operations.set(method, operation);
  return method;
}
