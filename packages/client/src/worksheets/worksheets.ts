export type { RejectedCell } from "./find-rejected-cells.js";
export { isSameValue } from "./is-same-value.js";
export { QBenchWorksheetError, type WorksheetOutcome } from "./worksheet-error.js";
export type {
  CellValue,
  CompareCells,
  WorksheetClient,
  WorksheetData,
  WorksheetOptions,
  WorksheetPatch,
  WorksheetProgress,
} from "./worksheet-types.js";
export { type BatchWorksheetClient, writeBatchWorksheets } from "./write-batch-worksheets.js";
export { writeWorksheets } from "./write-worksheets.js";
