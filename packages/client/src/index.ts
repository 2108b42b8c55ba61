export type { TokenSource } from "@qbench-sdk/auth";
export { QBenchApiError } from "./api-error.js";
export { createQBenchClient, type QBenchClient } from "./create-client.js";
export type { ItemOf, Listing, ListPath, Page, Paginate } from "./paginate.js";
export type { ClientOptions } from "./settings.js";
export { type DataOf, type Result, unwrap } from "./unwrap.js";
