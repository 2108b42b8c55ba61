import type { WorksheetDefinition } from "./definition.js";

/**
 * The worksheets of the seeded laboratory. The values of tests have the same turns as the seeded states, so that a test
 * that is not started has none.
 */
export const builtInDefinitions: readonly WorksheetDefinition[] = [
  {
    id: 1,
    cells: {
      weight: { at: "Data!B2", values: ["", "", "0.5012", "0.4987", "0.5003", "0.4996", "0.5021"] },
      dilution: { at: "Data!B3", values: ["", "", "100", "100", "50", "100", "10"], type: "number" },
      ph: { at: "Data!B4", values: ["", "", "6.8", "7.0", "7.1", "6.9", "7.2"] },
      result: { at: "Data!B5", values: ["", "", "", "18.2", "0.9", "21.4", "0.8"] },
      replicates: { at: "Data!B6:C6", values: [[["", ""]], [["", ""]], [["18.1", "18.3"]]] },
      average: { at: "Data!B7", values: ["", "", "18.2"], readOnly: true },
    },
    unnamedCells: { "Data!A2": "Weight (g)", "Data!A3": "Dilution", "Data!A4": "pH", "Data!A5": "Result" },
  },
  {
    id: 2,
    cells: {
      lead: { at: "Metals!C3", values: ["", "", "0.12", "0.08", "0.31", "0.05", "0.44"], type: "number" },
      cadmium: { at: "Metals!C4", values: ["", "", "0.02", "0.01", "0.04", "0.01", "0.03"], type: "number" },
      arsenic: { at: "Metals!C5", values: ["", "", "0.05", "0.07", "0.02", "0.11", "0.09"], type: "number" },
      mercury: { at: "Metals!C6", values: ["", "", "0.01", "0.01", "0.02", "0.01", "0.01"], type: "number" },
    },
    unnamedCells: { "Metals!A1": "Heavy metals (ug/kg)" },
  },
  {
    id: 4,
    cells: {
      instrument: { at: "Run!B1", values: ["HPLC-1", "GC-2"] },
      blank: { at: "Run!B2", values: ["0.01", "0.00", "0.02"] },
      ...Object.fromEntries(
        [0, 1, 2, 3, 4, 5].map(index => [
          `{{batch.tests[${index}].id}}_value`,
          { at: `Run!C${index + 4}`, values: ["20.1", "19.7", "20.4"] },
        ]),
      ),
    },
    unnamedCells: { "Run!A1": "Instrument", "Run!A2": "Blank" },
  },
];
