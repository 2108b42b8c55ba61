import type { Listing, Page } from "./lists/listing.js";
import type { ListCall } from "./resources/resource-types.js";

/** A listing that can be awaited for one page as well. */
export const listCall = <Item>(listing: Listing<Item>, readPage: () => Promise<Page<Item>>): ListCall<Item> => ({
  ...listing,
  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then: (done, failed) => readPage().then(done, failed),
});
