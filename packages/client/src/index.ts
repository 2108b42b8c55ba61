export type { TokenSource } from "@qbench-sdk/auth";
export { QBenchAnswerError } from "./answer-error.js";
export { type ErrorBody, QBenchApiError } from "./api-error.js";
export { type ConnectionPhase, QBenchConnectionError } from "./connection-error.js";
export { createQBenchClient, type QBenchClient } from "./create-client.js";
export { createPrintDocument, createReport, type RenderedResource } from "./create-rendered.js";
export { type DatedClient, type DatedPaths, datedClient } from "./dated-client.js";
export { formatDate, formatDateTime, parseDate, toUnixSeconds } from "./dates.js";
export { type DownloadedFile, downloadFile, type FileRecord } from "./download-file.js";
export { type Drop, QBenchDropError } from "./drop-error.js";
export { QBenchFileError, type QBenchFileErrorReason } from "./file-error.js";
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
export { type ErrorOf, isApiError } from "./is-api-error.js";
export { QBenchLimitError } from "./limit-error.js";
export type { Listing, Page } from "./listing.js";
export type { ItemOf, ListPath, Paginate, ReadOptions, ReadProgress } from "./paginate.js";
export type { FileOptions, FileProgress } from "./presigned-url.js";
export { QBenchReadError, type ReadPoint } from "./read-error.js";
export { QBenchRenderError } from "./render-error.js";
export type { CallOptions, ListCall, Resources, ResourceTable, WriteOptions } from "./resource-types.js";
export type { ClientEvent, ClientOptions } from "./settings.js";
export { QBenchTimeoutError, type TimeoutPhase } from "./timeout-error.js";
export type { TransportEvent, TransportOptions } from "./transport/create-transport.js";
export { createLimiter, type Limiter, type Limits, type Place, type SharedLimiter } from "./transport/limiter.js";
export type { Refusal } from "./transport/read-refusal.js";
export type { Retry } from "./transport/retry.js";
export type { RetryEvent } from "./transport/retry-event.js";
export type { Send } from "./transport/send.js";
export type { Timeouts } from "./transport/timeouts.js";
export type { ThrottledEvent, WaitingEvent } from "./transport/transport-events.js";
export { type DataOf, type Result, unwrap } from "./unwrap.js";
export { type AttachmentClient, type FileContent, uploadAttachment } from "./upload-attachment.js";
export { type RenderedRecord, type RenderOptions, waitUntilRendered } from "./wait-until-rendered.js";
export { type DateField, type DateOptions, type WithDates, withDates } from "./with-dates.js";
export { QBenchWriteError, type WriteOutcome } from "./write-error.js";
export type { FieldDropped } from "./write-records.js";
