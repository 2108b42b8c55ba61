import { badRequest, type ItemError } from "../http/http-error.js";
import type { Model } from "../model/model.js";
import type { RecordId, Store, StoredRecord } from "../records/store.js";
import { lastUpdatedFields } from "../rules/complete-record.js";
import { builtInDefinitions } from "./built-in-definitions.js";
import { type Cells, namedView, rawView, withSentValues } from "./cell-values.js";
import { type NamedCell, readCells, type WorksheetDefinition } from "./definition.js";
import { expandName } from "./expand-name.js";
import { findCellProblem, type UnknownCells } from "./find-cell-problem.js";
import { createProcessing, type Processing, type ProcessingOptions } from "./processing.js";

/**
 * Settings for worksheets: their cells, and what happens when these are written.
 *
 * @example
 * ```ts
 * const emulator = createEmulator({
 *   worksheets: {
 *     definitions: [{ id: 1, cells: { ph: "Data!B2", replicates: "Data!B3:D3" } }],
 *     unknownCells: "reject",
 *     pendingReads: 3,
 *   },
 * });
 * ```
 */
export interface WorksheetOptions extends ProcessingOptions {
  /** The worksheets of the laboratory. One with the id of a seeded worksheet replaces its content. Default: none. */
  definitions: readonly WorksheetDefinition[];
  /**
   * What happens to a written cell that has no name in the worksheet, or is read-only: it is silently ignored, or the
   * request is rejected. QBench ignores unknown fields elsewhere (docs/qbench-api.md §5.2). Default: `ignore`.
   */
  unknownCells: UnknownCells;
}

/** The worksheets of tests and batches. They cost nothing for records that are not read or written. */
export interface Worksheets extends Pick<Processing, "advance"> {
  /** Returns the fields of a test or batch that its worksheet determines: none for any other record. */
  fieldsOf(entity: string, record: StoredRecord): Cells;
  /** Returns the fields of the worksheet's own view. */
  viewOf(entity: "Test" | "Batch", record: StoredRecord, view: { raw: boolean; config: boolean }): Cells;
  /**
   * Starts to write cells of tests.
   *
   * @throws HttpError if one of the tests has no dynamic worksheet, or one of the values does not fit. Nothing is written.
   */
  write(patches: readonly { id: RecordId; cells: Cells }[], now: number): void;
}

/** The type of the worksheets that the API can write, in the emulator's own word. One without a type counts as such. */
const dynamicType = "DYNAMIC";

/**
 * Creates the worksheets of an emulator, and the records of those that have a definition only.
 *
 * @throws Error if the option `definitions` has a place that is not a cell or a range
 */
export function createWorksheets(model: Model, store: Store, options: Partial<WorksheetOptions>): Worksheets {
  const { unknownCells = "ignore", definitions = [] } = options;
  const contents = new Map(
    [...builtInDefinitions, ...definitions].map(each => [each.id, { ...each, namedCells: readCells(each) }]),
  );
  for (const { id, name = `Worksheet ${id}` } of definitions) {
    if (store.find("Worksheet", id)) continue;
    store.insert("Worksheet", { id, name, type: dynamicType, active: true, deleted: false, tags: [] });
  }

  /** Returns the worksheet of a test or batch with its cells, and those whose names exist for this record. */
  const worksheetOf = (entity: string, record: StoredRecord) => {
    const owner = entity === "Test" ? store.find("Assay", record.assay_id) : record;
    const worksheet = owner && store.find("Worksheet", owner.worksheet_id);
    const content = contents.get(Number(worksheet?.id));
    const cells = (content?.namedCells ?? []).flatMap((cell): NamedCell[] => {
      const name = cell.name.includes("{{") ? expandName(cell.name, store, entity, record) : cell.name;
      return name === undefined ? [] : [{ ...cell, name }];
    });
    const { count = 0, total = count } = model.entities.get(entity)?.seed ?? {};
    return { record, worksheet, content, cells, isSeeded: Number(record.id) <= total };
  };

  const configOf = ({ worksheet, content, cells }: ReturnType<typeof worksheetOf>): unknown => {
    if (!worksheet || content?.config !== undefined) return content?.config ?? {};
    const places = cells.map(({ name, at, readOnly = false }) => [name, { cell: at, read_only: readOnly }]);
    return { name: worksheet.name, type: worksheet.type, named_cells: Object.fromEntries(places) };
  };

  const findProblems = (id: RecordId, cells: Cells, index: number): ItemError[] => {
    const record = store.find("Test", id);
    const target = record && worksheetOf("Test", record);
    if (!target?.worksheet || (target.worksheet.type ?? dynamicType) !== dynamicType) {
      return [{ loc: [index, "id"], msg: "the test has no dynamic worksheet", type: "value_error.worksheet" }];
    }
    const named = new Map(target.cells.map(cell => [cell.name, cell]));
    return Object.entries(cells).flatMap(([name, value]) => {
      const msg = findCellProblem(named.get(name), value, unknownCells);
      return msg ? [{ loc: [index, "qb_dynamic_spreadsheet_patch", name], msg, type: "value_error.cell" }] : [];
    });
  };

  const defaults = { pendingReads: 1, pendingMs: 0, unprocessedValues: "previous" } as const;
  const processing = createProcessing({ ...defaults, ...options }, (id, sent, now) => {
    const record = store.find("Test", id);
    const entity = model.entities.get("Test");
    if (!record || !entity) return;
    const data = withSentValues(worksheetOf("Test", record), sent);
    store.update("Test", id, { worksheet_data: data, ...lastUpdatedFields(entity, now) });
  });

  return {
    advance: processing.advance,
    fieldsOf(entity, record) {
      if (entity !== "Test" && entity !== "Batch") return {};
      if (!model.entities.get(entity)?.fields.has("worksheet_data")) return {};
      const data = namedView(worksheetOf(entity, record));
      return { worksheet_data: Object.keys(data).length > 0 ? data : null };
    },
    viewOf(entity, record, { raw, config }) {
      const found = worksheetOf(entity, record);
      return {
        worksheet_data: raw ? rawView(found, found.content?.unnamedCells ?? {}) : namedView(found),
        worksheet_config: config ? configOf(found) : null,
        ...(entity === "Test" && processing.fieldsOf(record.id)),
      };
    },
    write(patches, now) {
      const errors = patches.flatMap(({ id, cells }, index) => findProblems(id, cells, index));
      if (errors.length > 0) throw badRequest("The cells cannot be written", errors);
      for (const { id, cells } of patches) processing.start(id, cells, now);
    },
  };
}
