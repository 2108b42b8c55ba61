export type { TokenSource } from "@qbench-sdk/auth";
export { QBenchApiError } from "./api-error.js";
export { createQBenchClient, type QBenchClient } from "./create-client.js";
export { type DatedClient, type DatedPaths, datedClient } from "./dated-client.js";
export { formatDate, formatDateTime, parseDate, toUnixSeconds } from "./dates.js";
export { type Drop, QBenchDropError } from "./drop-error.js";
export {
  type Between,
  between,
  type DateFamily,
  type DateRange,
  encodeFields,
  parseSince,
  updatedSince,
  type When,
} from "./filters.js";
export { QBenchInputError } from "./input-error.js";
export type { ItemOf, Listing, ListPath, Page, Paginate } from "./paginate.js";
export type { CallOptions, ListCall, Resources, ResourceTable, WriteOptions } from "./resource-types.js";
export type { ClientOptions } from "./settings.js";
export { type DataOf, type Result, unwrap } from "./unwrap.js";
export { type DateField, type DateOptions, type WithDates, withDates } from "./with-dates.js";
export { QBenchWriteError, type WriteOutcome } from "./write-error.js";
export type { FieldDropped } from "./write-records.js";
