export type { PageLimits } from "./api/query.js";
export type { RenderingOptions } from "./api/rendering.js";
export { buildDocument } from "./builtin/build-document.js";
export { createEmulator, type Emulator, type EmulatorOptions } from "./emulator.js";
export type { DocsAccess } from "./endpoints/docs-endpoints.js";
export type { LabRecords } from "./given-records/lab-records.js";
export type {
  CollectionName,
  InitialRecords,
  LabRecord,
  RecordFields,
  RecordReference,
} from "./given-records/record-types.js";
export type { CallKind, Fault, Faults } from "./http/faults.js";
export type { RateLimits } from "./http/rate-limit.js";
export type { LoggedRequest } from "./http/request-log.js";
export type { Stats } from "./http/stats.js";
export type { ApiClient, ApiClientOptions, ApiClients } from "./identity/api-clients.js";
export type { Scope } from "./identity/scopes.js";
export type { TokenLifetimes } from "./identity/tokens.js";
export type { CustomFields } from "./model/entity.js";
export type { OpenApiDocument } from "./openapi/document.js";
export type { RecordId } from "./records/store.js";
export { type RunningEmulator, startEmulator } from "./start-emulator.js";
export type { CellDefinition, WorksheetDefinition } from "./worksheets/definition.js";
export type { UnknownCells } from "./worksheets/find-cell-problem.js";
export type { WorksheetOptions } from "./worksheets/worksheets.js";
