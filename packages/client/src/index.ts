export type { TokenSource } from "@qbench-sdk/auth";
export { createQBenchClient, type QBenchClient } from "./create-client.js";
export { type DatedClient, type DatedPaths, datedClient } from "./dates/dated-client.js";
export { formatDate, formatDateTime, parseDate, toUnixSeconds } from "./dates/dates.js";
export {
  type Between,
  between,
  type DateFamily,
  type DateRange,
  encodeFields,
  parseSince,
  updatedSince,
  type When,
} from "./dates/filters.js";
export { type DateField, type DateOptions, type WithDates, withDates } from "./dates/with-dates.js";
export { type ErrorBody, QBenchApiError } from "./errors/api-error.js";
export { type ConnectionPhase, QBenchConnectionError } from "./errors/connection-error.js";
export { QBenchFileError, type QBenchFileErrorReason } from "./errors/file-error.js";
export { type Drop, QBenchDropError } from "./errors/ignored-fields-error.js";
export { QBenchInputError } from "./errors/input-error.js";
export { QBenchReadError, type ReadPoint } from "./errors/list-error.js";
export { QBenchRenderError } from "./errors/render-error.js";
export { QBenchAnswerError } from "./errors/response-error.js";
export { QBenchTimeoutError, type TimeoutPhase } from "./errors/timeout-error.js";
export { QBenchWriteError, type WriteOutcome } from "./errors/write-error.js";
export { type DownloadedFile, downloadFile, type FileRecord } from "./files/download-file.js";
export type { FileOptions, FileProgress } from "./files/presigned-url.js";
export { type AttachmentClient, type FileContent, uploadAttachment } from "./files/upload-attachment.js";
export { QBenchLimitError } from "./limit-error.js";
export type { Listing, Page } from "./lists/listing.js";
export type { ItemOf, ListPath, Paginate, ReadOptions, ReadProgress } from "./lists/paginate.js";
export { createPrintDocument, createReport, type RenderedResource } from "./rendering/create-rendered.js";
export { type RenderedRecord, type RenderOptions, waitUntilRendered } from "./rendering/wait-until-rendered.js";
export type { CallOptions, ListCall, Resources, ResourceTable, WriteOptions } from "./resources/resource-types.js";
export { type ErrorOf, isApiError } from "./result/is-api-error.js";
export { type DataOf, type Result, unwrap } from "./result/unwrap.js";
export type { ClientEvent, ClientOptions } from "./settings.js";
export type { TransportEvent, TransportOptions } from "./transport/create-transport.js";
export { createLimiter, type Limiter, type Limits, type Place, type SharedLimiter } from "./transport/limiter.js";
export type { Refusal } from "./transport/read-refusal.js";
export type { Retry } from "./transport/retry.js";
export type { RetryEvent } from "./transport/retry-event.js";
export type { Send } from "./transport/send.js";
export type { Timeouts } from "./transport/timeouts.js";
export type { ThrottledEvent, WaitingEvent } from "./transport/transport-events.js";
export type { FieldDropped } from "./writes/write-records.js";
