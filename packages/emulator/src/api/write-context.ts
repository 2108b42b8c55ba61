import type { Model } from "../model/model.js";
import type { Store } from "../records/store.js";

/** What an operation that writes knows of its request and of the tenant. */
export interface WriteContext {
  model: Model;
  store: Store;
  now: number;
  /** The id of the API client that writes. */
  clientId: string;
  /** The states of orders and tests that the tenant has defined in addition to the known ones. */
  states: ReadonlySet<string>;
}
