import type { CallOptions } from "../call-options.js";

/** The text of a named cell, or the rows of a named range. */
export type CellValue = string | readonly (readonly string[])[];

/** The named cells to write to the worksheet of one test, by name. Other cells keep their values. */
export interface WorksheetPatch {
  /** The id of the test. */
  readonly id: number;
  /** The values to write, by the names of their cells. */
  readonly cells: Readonly<Record<string, CellValue>>;
}

/** Returns true if a cell that has the value has accepted the text. For a range, it compares each part. */
export type CompareCells = (sent: string, value: unknown, cell: string) => boolean;

/** Describes the worksheet of a test as the API returns it. */
export interface WorksheetData {
  /** The id of the test. */
  readonly id: number;
  /** The values of the cells, by their names. */
  readonly worksheet_data?: Readonly<Record<string, unknown>> | null;
  /** False while QBench has not processed the cells that were written last. */
  readonly worksheet_processed?: boolean | null;
  /** True if the processing failed. */
  readonly worksheet_processed_error?: boolean | null;
  /** The reason why the processing failed. */
  readonly worksheet_processed_error_msg?: string | null;
}

/** Describes the calls that writing worksheets needs. Every client of a document with worksheets has them. */
export interface WorksheetClient<Data extends WorksheetData> {
  /** The resource of tests. */
  readonly tests: {
    /** Writes named cells to the worksheets of tests. */
    updateNamedCells(
      items: { id: number; qb_dynamic_spreadsheet_patch: Record<string, string | string[][]> }[],
      options?: CallOptions,
    ): Promise<unknown>;
    /** Returns the worksheet of the test with an id. */
    worksheetData(id: number, query?: undefined, options?: CallOptions): Promise<Data>;
  };
}

/** Describes the progress of a write of worksheets, in tests. */
export interface WorksheetProgress {
  /** Number of tests whose cells were sent. */
  sent: number;
  /** Number of tests whose cells were processed and read back. */
  done: number;
  /** Number of all tests. */
  total: number;
}

/** Configures `writeWorksheets` and `writeBatchWorksheets`. */
export interface WorksheetOptions {
  /** Maximum number of tests in one request. Default 100. */
  chunkSize?: number;
  /** Maximum time to wait for the processing after all cells were sent, in milliseconds. Default 300 000. */
  timeoutMs?: number;
  /**
   * Approximate time before the second round of reads, in milliseconds. Default 1000. Each wait is twice as long as the
   * previous one, up to 15 s or `intervalMs`, whichever is longer.
   */
  intervalMs?: number;
  /** Aborts the call with the signal's reason. Cells that were sent before may be written. */
  signal?: AbortSignal;
  /** Called after each request that sends cells, and for each test whose cells were read back. */
  onProgress?: (progress: WorksheetProgress) => void;
  /**
   * Compares a text that was sent with the value that was read back, for cells that QBench changes in another way than
   * {@link isSameValue} accepts, such as dates. It replaces `isSameValue`.
   */
  isSame?: CompareCells;
}
