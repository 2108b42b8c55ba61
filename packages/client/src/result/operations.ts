/** Names an operation of the document. */
export interface Operation {
  /** In upper case. */
  readonly method: string;
  /** The path as the document has it, such as `/qbench/api/v2/orders/{order_id}`. */
  readonly path: string;
  /** The list takes `sort_by`. */
  readonly sortable?: boolean;
  /** The list takes `last_updated`. */
  readonly lastUpdated?: boolean;
  /** The list takes `include_deleted`. Absent if it takes it exactly if it takes `sort_by`, as QBench's lists do. */
  readonly includeDeleted?: boolean;
}

type Method = (...args: never[]) => unknown;

/** The operation that a method of a resource calls, among all operations of its client. */
interface MethodOperation extends Operation {
  readonly all: () => readonly Operation[];
}

const operations = new WeakMap<Method, MethodOperation>();

/** Remembers the operation of a method, and returns the method. */
export function withOperation<Called extends Method>(
  method: Called,
  operation: Operation,
  all: () => readonly Operation[],
): Called {
  operations.set(method, { ...operation, all });
  return method;
}

/** Returns the operation that the method of a resource calls, or undefined for another function. */
export const operationOf = (method: Method): Operation | undefined => operations.get(method);

/** Returns true if a request with this path was sent by the method of a resource. */
export function isRequestOf(method: Method, request: { method?: string; path?: string }): boolean {
  const operation = operations.get(method);
  if (operation === undefined || !matches(operation, request)) return false;
  // `/reports/publish` also matches `/reports/{report_id}`, but belongs to its own operation.
  const isOfOther = ({ method, path }: Operation): boolean => method === request.method && path === request.path;
  return operation.path === request.path || !operation.all().some(isOfOther);
}

function matches(operation: Operation, { method, path }: { method?: string; path?: string }): boolean {
  const segments = path?.split("/") ?? [];
  const expected = operation.path.split("/");
  return (
    method === operation.method &&
    segments.length === expected.length &&
    expected.every((segment, index) => segment.includes("{") || segment === segments[index])
  );
}
