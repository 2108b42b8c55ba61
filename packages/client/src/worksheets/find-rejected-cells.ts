import { isRecord } from "../check-fields.js";
import type { CellValue, CompareCells, WorksheetPatch } from "./worksheet-types.js";

/** A named cell that was sent and that the worksheet did not accept. */
export interface RejectedCell {
  /** The name of the cell. */
  name: string;
  /** `missing` if the worksheet has no cell of this name, `different` if the cell has another value. */
  reason: "missing" | "different";
  /** The value that was sent. Not enumerable, so that a log of an error contains no results. */
  readonly sent: CellValue;
  /** The value that was read back. Not enumerable, so that a log of an error contains no results. */
  readonly value: unknown;
}

/** Returns the cells of a patch that are missing in the data of a worksheet, or have another value there. */
export function findRejectedCells(
  { cells }: WorksheetPatch,
  data: Readonly<Record<string, unknown>> | null | undefined,
  isSame: CompareCells,
): RejectedCell[] {
  return Object.entries(cells).flatMap(([name, sent]) => {
    const cell = data && Object.hasOwn(data, name) ? data[name] : undefined;
    const value = cellValue(cell);
    if (cell !== undefined && isAccepted(sent, value, (text, part) => isSame(text, part, name))) return [];
    const rejected = { name, reason: cell === undefined ? ("missing" as const) : ("different" as const) };
    return [hide(rejected, { sent, value })];
  });
}

/** Adds properties that a log does not show. */
export function hide<Shown extends object, Hidden extends object>(shown: Shown, hidden: Hidden): Shown & Hidden {
  const properties = Object.entries(hidden).map(([name, value]) => [name, { value }]);
  return Object.defineProperties(shown, Object.fromEntries(properties)) as Shown & Hidden;
}

function isAccepted(sent: CellValue, value: unknown, isSame: (sent: string, value: unknown) => boolean): boolean {
  if (typeof sent === "string") return isSame(sent, value);
  return hasLength(value, sent.length) && sent.every((row, index) => isSameRow(row, value[index], isSame));
}

const isSameRow = (sent: readonly string[], row: unknown, isSame: (sent: string, value: unknown) => boolean): boolean =>
  hasLength(row, sent.length) && sent.every((text, index) => isSame(text, cellValue(row[index])));

const hasLength = (value: unknown, length: number): value is unknown[] =>
  Array.isArray(value) && value.length === length;

/** Returns the value of a cell. A worksheet wraps it in an object, beside its style. */
const cellValue = (cell: unknown): unknown => (isRecord(cell) && "value" in cell ? cell.value : cell);
