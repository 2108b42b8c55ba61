/**
 * A named cell or range of a worksheet. Text alone is the place of a cell that is empty and can be written.
 *
 * @example
 * ```ts
 * const ph: CellDefinition = { at: "Data!B2", values: ["7.1"], type: "number" };
 * ```
 */
export interface CellDefinition {
  /** The sheet and the cell or range: `Data!B2` or `Data!B2:C4`. */
  at: string;
  /**
   * The values of seeded tests and batches, taken in turn by their id. A range has rows of values. Cells of other
   * records are empty until they are written, or have the values of their `worksheet_data`. Default: empty.
   */
  values?: readonly unknown[];
  /** How a written text is stored. A `number` keeps text that is not a number. Default: `text`. */
  type?: "text" | "number";
  /** True for a calculation, which the API cannot write (docs/qbench-api.md §9). Default: false. */
  readOnly?: boolean;
  /** Default: empty. */
  htmlStyle?: string;
}

/**
 * The content of a worksheet. A test has the worksheet of its assay (`worksheet_id`), and a batch has its own.
 *
 * @example
 * ```ts
 * const metals: WorksheetDefinition = {
 *   id: 20,
 *   name: "Metals",
 *   cells: { lead: "Data!B2", replicates: "Data!B4:D4", limit: { at: "Data!B3", values: ["0.5"], readOnly: true } },
 * };
 * ```
 */
export interface WorksheetDefinition {
  /** The id of the worksheet. If no such worksheet exists, one of the type `DYNAMIC` is created. */
  id: number;
  /** The name of a worksheet that is created. Default: made from the id. */
  name?: string;
  /**
   * The named cells and ranges, by name. The name of a batch's cell can contain `{{batch.tests[0].id}}`: the value of a
   * field of the batch, or of one of its records. If no such record exists, the cell is left out.
   */
  cells: Readonly<Record<string, string | CellDefinition>>;
  /** Cells without a name, by place, such as headings. Only the raw view contains them. Default: none. */
  unnamedCells?: Readonly<Record<string, string>>;
  /** The configuration that the API returns. Default: the name, the type, and the place of each named cell. */
  config?: Readonly<Record<string, unknown>> | string;
}

/** A named cell or range, read from its definition. */
export interface NamedCell extends CellDefinition {
  name: string;
  /** The size of a range. Absent for a cell. */
  range?: { rows: number; columns: number };
  /** The place of each cell, row by row. */
  places: readonly (readonly string[])[];
}

/**
 * Reads the named cells of a worksheet.
 *
 * @throws Error if a place is not a cell or a range
 */
export function readCells({ id, cells }: WorksheetDefinition): NamedCell[] {
  return Object.entries(cells).map(([name, given]) => {
    const definition = typeof given === "string" ? { at: given } : given;
    const places = readPlaces(definition.at);
    if (!places) {
      throw new Error(
        `The option worksheets has a wrong place in worksheet ${id}: "${name}" is at "${definition.at}". ` +
          'Use a sheet with a cell or a range of up to 10,000 cells, such as "Data!B2" or "Data!B2:C4".',
      );
    }
    const range = definition.at.includes(":") && { rows: places.length, columns: places[0]?.length ?? 0 };
    return { ...definition, name, places, ...(range && { range }) };
  });
}

const MAX_CELLS = 10_000;

/** Returns the place of each cell of a range, row by row. A cell is a range of one. */
function readPlaces(at: string): string[][] | undefined {
  const [, sheet, left = "", top, right = left, bottom = top] =
    /^([^!]+)!([A-Z]{1,3})([1-9]\d{0,5})(?::([A-Z]{1,3})([1-9]\d{0,5}))?$/.exec(at) ?? [];
  if (sheet === undefined) return undefined;
  const columns = columnNumber(right) - columnNumber(left) + 1;
  const rows = Number(bottom) - Number(top) + 1;
  if (columns < 1 || rows < 1 || columns * rows > MAX_CELLS) return undefined;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => {
      return `${sheet}!${columnLetters(columnNumber(left) + column)}${Number(top) + row}`;
    }),
  );
}

/** Returns the number of a column: 1 for A, 27 for AA. */
const columnNumber = (letters: string): number =>
  [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0);

function columnLetters(number: number): string {
  if (number < 1) return "";
  return columnLetters(Math.floor((number - 1) / 26)) + String.fromCharCode(65 + ((number - 1) % 26));
}
