import { isObject } from "../options/check-members.js";
import type { StoredRecord } from "../records/store.js";
import type { NamedCell } from "./definition.js";

export type Cells = Readonly<Record<string, unknown>>;

/** Returns the value that a cell keeps of a text, or of rows of text. */
function keptValue(cell: NamedCell, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(part => keptValue(cell, part));
  const isNumber = cell.type === "number" && typeof value === "string" && value.trim() !== "";
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** Returns the value of a cell that was never written. Only a seeded record has one that is not empty. */
function initialValue(cell: NamedCell, { id }: StoredRecord, isSeeded: boolean): unknown {
  const { range } = cell;
  const values = (isSeeded && cell.values) || [];
  const empty = range ? Array.from({ length: range.rows }, () => Array(range.columns).fill("")) : "";
  return keptValue(cell, values[(Number(id) - 1) % values.length] ?? empty);
}

/** Returns what was written to a record's worksheet, by name. */
const writtenCells = ({ worksheet_data: data }: StoredRecord): Cells => (isObject(data) ? data : {});

/** A test or batch, and the named cells of its worksheet. */
export interface Sheet {
  record: StoredRecord;
  cells: readonly NamedCell[];
  isSeeded: boolean;
}

/** Returns the named cells of a record by name, as the API shows them. */
export function namedView({ record, cells, isSeeded }: Sheet): Cells {
  const written = writtenCells(record);
  const named = cells.map(cell => {
    const { [cell.name]: changed } = written;
    const initial = { value: initialValue(cell, record, isSeeded), html_style: cell.htmlStyle ?? "" };
    return [cell.name, { ...initial, ...(isObject(changed) && changed) }] as const;
  });
  return { ...written, ...Object.fromEntries(named) };
}

/** Returns all cells of a record by place. A range has one for each of its cells. */
export function rawView(sheet: Sheet, unnamed: Cells): Cells {
  const named = namedView(sheet);
  const raw: Record<string, unknown> = {};
  for (const [place, value] of Object.entries(unnamed)) raw[place] = { value, html_style: "" };
  for (const { name, range, places } of sheet.cells) {
    const cell = isObject(named[name]) ? named[name] : {};
    const rows = range && Array.isArray(cell.value) ? cell.value : [[cell.value]];
    for (const [row, columns] of places.entries()) {
      for (const [column, place] of columns.entries()) raw[place] = { ...cell, value: rows[row]?.[column] ?? "", name };
    }
  }
  return raw;
}

/** Returns the written cells of a record after values were sent. Cells that are unknown or read-only keep theirs. */
export function withSentValues(sheet: Sheet, sent: Cells): Cells {
  const named = namedView(sheet);
  const changed = sheet.cells.flatMap(cell => {
    if (!Object.hasOwn(sent, cell.name) || cell.readOnly) return [];
    const previous = named[cell.name];
    return [[cell.name, { ...(isObject(previous) && previous), value: keptValue(cell, sent[cell.name]) }] as const];
  });
  return { ...writtenCells(sheet.record), ...Object.fromEntries(changed) };
}
