import { UsageError } from "../errors/usage-error.js";

/** Names how records are written to stdout. */
export type Format = "table" | "json" | "ndjson" | "csv";

/** Configures how records are written to stdout. */
export interface OutputOptions {
  /** Default: a table if stdout is a terminal, otherwise NDJSON. */
  format?: Format | undefined;
  /** The fields to write, in this order. Default: all fields; in a table, as many as fit on the terminal. */
  columns?: readonly string[] | undefined;
  /** The fields that the document declares, if it describes the records. A message marks others by a `+`. */
  declared?: readonly string[] | undefined;
  /** Leaves dates as QBench sent them. Default: false, which writes ISO 8601 in UTC. */
  raw?: boolean | undefined;
  /** Begins CSV with a byte order mark, from which Excel recognizes UTF-8. Default: false. */
  bom?: boolean | undefined;
  /** Puts a `'` before CSV text that a spreadsheet would run as a formula. Default: true. */
  escapeFormulas?: boolean | undefined;
  /** Writes no note about columns that a table leaves out. Default: false. */
  quiet?: boolean | undefined;
}

/** Returns the format to write if none is given. */
export const defaultFormat = (): Format => (process.stdout.isTTY ? "table" : "ndjson");

/**
 * Reads the options of a command line. `columns` are names, separated by commas.
 *
 * @throws UsageError if an option does not fit the format, or the columns are not names that occur once
 */
export function readOutputOptions(options: Omit<OutputOptions, "columns"> & { columns?: string | undefined }) {
  const { format, columns, bom, escapeFormulas } = options;
  for (const [option, isGiven] of Object.entries({ "--bom": bom, "--no-escape-formulas": escapeFormulas === false })) {
    if (isGiven && format !== "csv") throw new UsageError(`${option} works only with --format csv.`);
  }
  return { ...options, columns: columns === undefined ? undefined : parseColumns(columns) } satisfies OutputOptions;
}

function parseColumns(text: string): string[] {
  const columns = text.split(",").map(name => name.trim());
  // Undeclared fields have a `+`.
  const names = columns.map(name => name.replace(/^\+/, ""));
  if (names.includes("") || new Set(names).size < names.length) {
    throw new UsageError("Invalid value for --columns. Name each field once, separated by commas, such as id,state.");
  }
  return columns;
}
