import stringWidth from "fast-string-width";
import type { Row } from "../document/untyped-paths.js";
import { cellText, toOneLine } from "./cell-text.js";
import { fieldOf } from "./select-columns.js";

export interface TableOptions {
  /**
   * The columns, in this order. By default, `id`, names and states are the first ones, and fields that are empty on the
   * first page are the last ones.
   */
  columns?: readonly string[] | undefined;
  /** The width of the terminal. Undefined for a file or a pipe, which gets all columns and whole texts. */
  width?: number | undefined;
  /** Called before the first row is written, with the fields that the table shows. */
  onFields?(fields: readonly string[]): void;
}

const GAP = "  ";

/** A column may be cut to this width before the columns after it are left out. A time takes 20 characters. */
const MIN_WIDTH = 20;

/** The same for named columns, so that the table has all of them if possible. */
const MIN_NAMED_WIDTH = 4;

/** In a file or a pipe, longer texts do not widen their columns, but move the rest of their lines to the right. */
const MAX_PADDED_WIDTH = 100;

/**
 * Formats rows as a table. The first page determines the columns. If a later page has longer texts, its rows follow below
 * a new header with wider columns. On a terminal, texts that do not fit end in `…`.
 */
export async function* toTable(
  pages: AsyncIterable<Row[]>,
  { columns, width: limit, onFields }: TableOptions,
): AsyncGenerator<string> {
  let fields: readonly string[] | undefined;
  let widths: number[] = [];
  let fitted: number[] = [];
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    if (!fields) {
      fields = chooseFields(rows, columns, limit);
      onFields?.(fields);
    }
    const header = fields.map(field => toCell(toOneLine(field)));
    const body = rows.map(row => fields?.map(field => toCell(cellText(fieldOf(row, field)))) ?? []);
    widths = header.map(({ width }, index) =>
      largest([width, widths[index] ?? 0, ...body.map(cells => Math.min(cells[index]?.width ?? 0, MAX_PADDED_WIDTH))]),
    );
    const previous = fitted;
    fitted = limit === undefined ? widths : fit(widths, limit);
    const format = (cells: readonly Cell[]): string => formatLine(cells, fitted, limit !== undefined);
    if (fitted.some((width, index) => width !== previous[index])) {
      const rule = fitted.map(width => "-".repeat(width)).join(GAP);
      yield `${previous.length > 0 ? "\n" : ""}${format(header)}${rule}\n`;
    }
    yield body.map(format).join("");
  }
}

/** Formats a record as one line for each field, with whole texts. Empty fields have no text. */
export function toRecordTable(record: Row): string {
  const names = Object.keys(record).map(field => toCell(toOneLine(field)));
  const width = Math.min(MAX_PADDED_WIDTH, largest(names.map(name => name.width)));
  return Object.values(record)
    .map((value, index) => formatLine([names[index] ?? toCell(""), toCell(cellText(value))], [width, 0], false))
    .join("");
}

function chooseFields(rows: readonly Row[], columns: readonly string[] | undefined, limit: number | undefined) {
  const candidates = columns ?? orderFields(rows);
  if (limit === undefined) return candidates;
  const minWidth = columns ? MIN_NAMED_WIDTH : MIN_WIDTH;
  let used = 0;
  const count = candidates.findIndex((field, index) => {
    const texts = [toOneLine(field), ...rows.map(row => cellText(fieldOf(row, field)))];
    used += Math.min(minWidth, largest(texts.map(text => toCell(text).width)));
    return index > 0 && used + index * GAP.length > limit;
  });
  return count < 0 ? candidates : candidates.slice(0, count);
}

/** The fields by which people recognize a record, in the order of their columns. */
const LEADING = [/^id$/, /^custom_formatted_id$/, /^(?:name|title|customer_name)$/, /_name$/, /^(?:state|status)$/];

function orderFields(rows: readonly Row[]): string[] {
  const fields = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const rank = (field: string): number => {
    if (rows.every(row => (fieldOf(row, field) ?? "") === "")) return LEADING.length + 1;
    const index = LEADING.findIndex(pattern => pattern.test(field));
    return index < 0 ? LEADING.length : index;
  };
  return fields
    .map(field => ({ field, rank: rank(field) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ field }) => field);
}

/** Cuts the widest columns equally, until all columns fit on a line. */
function fit(widths: readonly number[], limit: number): number[] {
  const cutTo = (max: number): number[] => widths.map(width => Math.min(width, max));
  const total = (max: number): number => cutTo(max).reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  let max = 1;
  while (max < limit && total(max + 1) <= limit) max++;
  return cutTo(max);
}

// A page can have more rows than a call of Math.max can have arguments.
const largest = (numbers: readonly number[]): number => numbers.reduce((max, number) => Math.max(max, number), 0);

interface Cell {
  text: string;
  /** How many columns of a terminal the text takes. */
  width: number;
}

const toCell = (text: string): Cell => ({
  text,
  width: /^[ -~]*$/.test(text) ? text.length : stringWidth(text),
});

function formatLine(cells: readonly Cell[], widths: readonly number[], isCut: boolean): string {
  const padded = cells.map((cell, index) => {
    const max = widths[index] ?? 0;
    const { text, width } = isCut && cell.width > max ? cut(cell.text, max) : cell;
    return text + " ".repeat(Math.max(0, max - width));
  });
  return `${padded.join(GAP).trimEnd()}\n`;
}

const characters = new Intl.Segmenter();

/** Cuts a text to this width, after a whole character as people see it, such as a letter with its accents. */
function cut(text: string, max: number): Cell {
  let end = 0;
  let width = 1;
  for (const { index, segment } of characters.segment(text)) {
    width += stringWidth(segment);
    if (width > max) break;
    end = index + segment.length;
  }
  return toCell(`${text.slice(0, end)}…`);
}
