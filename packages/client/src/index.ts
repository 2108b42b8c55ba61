export { QBenchError, type TokenSource } from "@qbench-sdk/auth";
export { QBenchInputError } from "@qbench-sdk/auth/internal";
export type { CallOptions, ListOptions } from "./call-options.js";
export {
  createQBenchClient,
  type DatedQBenchClient,
  type DatedQBenchClientOf,
  type QBenchClient,
  type QBenchClientOf,
} from "./create-client.js";
export { type CustomFieldsOf, customField, customFields } from "./custom-fields.js";
export type { DatedPaths } from "./dates/dated-methods.js";
export { formatDate, formatDateTime, parseDate, toUnixSeconds } from "./dates/dates.js";
export {
  type DateFilterName,
  type DateInput,
  type DateRange,
  type DateRangeFilter,
  dateRange,
  encodeFields,
  parseSince,
  updatedSince,
} from "./dates/filters.js";
export { type DatedRecord, type DateField, type DateOptions, type WithDates, withDates } from "./dates/with-dates.js";
export { type ErrorBody, type ErrorDetails, QBenchApiError, QBenchRateLimitError } from "./errors/api-error.js";
export { type ConnectionPhase, QBenchConnectionError } from "./errors/connection-error.js";
export { QBenchFileError, type QBenchFileErrorReason } from "./errors/file-error.js";
export { type IgnoredFields, QBenchIgnoredFieldsError } from "./errors/ignored-fields-error.js";
export { type ListCursor, QBenchListError } from "./errors/list-error.js";
export { QBenchRenderError } from "./errors/render-error.js";
export { QBenchResponseError } from "./errors/response-error.js";
export { QBenchTimeoutError, type TimeoutPhase } from "./errors/timeout-error.js";
export { QBenchWriteError, type WriteOutcome } from "./errors/write-error.js";
export type {
  ClientEvent,
  FieldsIgnoredEvent,
  QueuedEvent,
  RateLimitedEvent,
  RateLimitInfo,
  RetryEvent,
  TransportEvent,
} from "./events.js";
export { type DownloadedFile, downloadFile, type FileRecord } from "./files/download-file.js";
export type { FileOptions, FileProgress } from "./files/presigned-url.js";
export { type AttachmentClient, type FileContent, uploadAttachment } from "./files/upload-attachment.js";
export type { ItemOf, ListPath, ListProgress, Paginate, ReadOptions } from "./lists/list-types.js";
export type { LimitOptions, ListCall, Listing, Page } from "./lists/listing.js";
export { createPrintDocument, createReport, type RenderedResource } from "./rendering/create-rendered.js";
export { type RenderedRecord, type RenderOptions, waitUntilRendered } from "./rendering/wait-until-rendered.js";
export type {
  Resource,
  ResourceMethod,
  Resources,
  ResourceTable,
  TextOrBytes,
  WithDateTypes,
} from "./resources/resource-types.js";
export type { Call, CallResult, Declares } from "./result/call.js";
export { type ErrorBodyOf, isApiError } from "./result/is-api-error.js";
export type { ResponseContent } from "./result/parse-body.js";
export { type DataOf, type Result, unwrap } from "./result/unwrap.js";
export type { ClientOptions, DatedClientOptions } from "./settings.js";
export { createTransport, type TransportOptions } from "./transport/create-transport.js";
export type { FetchLike } from "./transport/fetch-like.js";
export { createLimiter, type Limiter, type Limits, type SharedLimiter, type Slot } from "./transport/limiter.js";
export type { Timeouts } from "./transport/timeouts.js";
export type { Retry } from "./transport/with-retries.js";
export type { OnlyDeclared } from "./writes/exact-body.js";
export { isOutcomeUnknown } from "./writes/is-outcome-unknown.js";
export type { IgnoredFieldsMode, WriteOptions } from "./writes/write-records.js";
