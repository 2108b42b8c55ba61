import type { ActionHandler } from "./action.js";
import { existingRecord } from "./existing-record.js";
import { readItems } from "./write.js";

/** Returns the worksheet data of one record: its named cells, all of its cells, and the configuration. */
const readWorksheet =
  (entity: "Test" | "Batch"): ActionHandler =>
  ({ store, ids, query, now, render, worksheets }) => {
    const { id } = existingRecord(store, entity, ids[0]);
    worksheets.advance(now, entity === "Test" ? id : undefined);
    const record = existingRecord(store, entity, id);
    const isSet = (name: string): boolean => query.get(name)?.toLowerCase() === "true";
    const view = { raw: isSet("raw_worksheet_data"), config: isSet("worksheet_config") };
    const { _type, _self } = render.self(entity, record);
    const data = { id, ...worksheets.viewOf(entity, record, view) };
    return { _type, _self: `${_self}/worksheet/data`, data };
  };

/** The actions on worksheets, by the key of their operation. */
export const worksheetActions: readonly (readonly [string, ActionHandler])[] = [
  [
    "PATCH /tests/worksheets/dynamic/named-cells",
    ({ model, store, operation, body, now, worksheets }) => {
      const patches = readItems(model, operation, body).map(({ id, qb_dynamic_spreadsheet_patch: cells }) => ({
        id: existingRecord(store, "Test", id).id,
        cells: { ...(cells ?? {}) },
      }));
      worksheets.advance(now);
      worksheets.write(patches, now);
      return undefined;
    },
  ],
  ["GET /tests/{}/worksheet/data", readWorksheet("Test")],
  ["GET /batches/{}/worksheet/data", readWorksheet("Batch")],
];
