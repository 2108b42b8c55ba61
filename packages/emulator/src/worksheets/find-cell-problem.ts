import type { NamedCell } from "./definition.js";

/**
 * What happens to a written cell that has no name in the worksheet, or is read-only: it is silently ignored, or the
 * request is rejected.
 */
export type UnknownCells = "ignore" | "reject";

/** Returns the reason why a value cannot be written to a cell, or undefined if it can be written or is ignored. */
export function findCellProblem(
  cell: NamedCell | undefined,
  value: unknown,
  unknownCells: UnknownCells,
): string | undefined {
  const isText = typeof value === "string";
  if (!isText && !isRows(value)) return "the value is neither text nor rows of text";
  if (!cell) return unknownCells === "reject" ? "the worksheet has no such named cell" : undefined;
  if (cell.readOnly) return unknownCells === "reject" ? "the cell is read-only" : undefined;
  if (!cell.range) return isText ? undefined : "the name is that of a cell, not of a range";
  const { rows, columns } = cell.range;
  if (!isText && value.length === rows && value.every(row => row.length === columns)) return undefined;
  return `the range has ${rows} rows of ${columns} cells`;
}

const isRows = (value: unknown): value is string[][] =>
  Array.isArray(value) && value.every(row => Array.isArray(row) && row.every(cell => typeof cell === "string"));
