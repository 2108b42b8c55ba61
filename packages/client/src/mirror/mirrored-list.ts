import { QBenchInputError } from "@qbench-sdk/auth/internal";
import type { ListOptions } from "../call-options.js";
import type { ListCall, Listing } from "../lists/listing.js";
import { type Operation, operationOf } from "../result/operations.js";
import type { RecordId } from "./mirror-store.js";

/** The type of the records in a list of a client: `Test` for `tests`, with the types of the client's own dates. */
export type MirroredRecord<Client, Name> = Name extends keyof Client
  ? Client[Name] extends { list(query?: undefined): Listing<infer Item> }
    ? Extract<Item, { id: RecordId }>
    : never
  : never;

/** The names of the lists of a client that can be mirrored: those that need no id of another record. */
export type MirroredList<Client> = keyof {
  [Name in keyof Client as [MirroredRecord<Client, Name>] extends [never] ? never : Name]: never;
};

/** The query parameters that a sync needs. The table of the document's operations says which of them a list takes. */
interface ListQuery {
  page_size?: number;
  include_deleted?: "DELETED_ONLY";
  last_updated?: string;
}

/** A list as the sync uses it. */
export interface ListSource<Item> {
  name: string;
  operation: Operation;
  list(query: ListQuery, options: ListOptions): ListCall<Item>;
}

/**
 * Returns the list of a client with that name.
 *
 * @throws QBenchInputError if the client has no such list, or if it is not a client of this package
 */
export function listSource<Item>(client: object, name: string): ListSource<Item> {
  const resource: unknown = Reflect.get(client, name);
  const list: unknown = typeof resource === "object" && resource !== null ? Reflect.get(resource, "list") : undefined;
  const isMethod = (value: unknown): value is ListSource<Item>["list"] => typeof value === "function";
  if (isMethod(list)) {
    const operation = operationOf(list);
    if (operation && !operation.path.includes("{")) return { name, operation, list };
  }
  throw new QBenchInputError(
    `syncList: the client has no list "${name}". Use a resource of createQBenchClient, such as "tests".`,
  );
}
