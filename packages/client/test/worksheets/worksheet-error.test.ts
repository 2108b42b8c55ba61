import { QBenchError } from "@qbench-sdk/auth";
import { afterEach, describe, expect, it, vi } from "vitest";
import { QBenchWorksheetError, type WorksheetOutcome } from "../../src/worksheets/worksheets.js";

afterEach(() => {
  vi.resetModules();
});

describe("QBenchWorksheetError", () => {
  it("is a QBenchError, which instanceof recognizes across copies of the package", async () => {
    vi.resetModules();
    const copy = await import("../../src/worksheets/worksheets.js");
    const auth = await import("../../../auth/src/index.js");
    expect(copy.QBenchWorksheetError).not.toBe(QBenchWorksheetError);
    for (const error of [
      new QBenchWorksheetError("writeWorksheets", []),
      new copy.QBenchWorksheetError("writeWorksheets", []),
    ]) {
      for (const each of [QBenchWorksheetError, copy.QBenchWorksheetError, QBenchError, auth.QBenchError, Error]) {
        expect(error).toBeInstanceOf(each);
      }
      expect(error.name).toBe("QBenchWorksheetError");
    }
    expect(new Error("other")).not.toBeInstanceOf(QBenchWorksheetError);
  });

  it("counts the tests by state, describes the first problem, and has the error of the request as its cause", () => {
    const cause = new Error("The connection broke");
    const outcomes: WorksheetOutcome[] = [
      { id: 1, state: "unknown", error: cause },
      { id: 2, state: "unsent" },
      { id: 3, state: "unsent" },
    ];
    const error = new QBenchWorksheetError("writeWorksheets", outcomes);
    expect(error.message).toBe(
      "writeWorksheets failed. Tests: 1 unknown, 2 unsent. The connection broke. See error.outcomes.",
    );
    expect(error.cause).toBe(cause);
    expect(error.outcomes).toBe(outcomes);
  });
});
