import type { TestWorksheetData } from "@qbench-sdk/types";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { createQBenchClient, QBenchApiError, QBenchInputError } from "../../src/index.js";
import {
  isSameValue,
  QBenchWorksheetError,
  type WorksheetClient,
  type WorksheetData,
  type WorksheetOptions,
  type WorksheetOutcome,
  type WorksheetPatch,
  writeBatchWorksheets,
  writeWorksheets,
} from "../../src/worksheets/worksheets.js";
import { errorOf } from "../support/error-of.js";
import { advanceUntilSettled, createReadyClient, useFakeTime, useRealTime } from "../support/fake-time.js";
import { createTestClient, credentials } from "../support/laboratory.js";

afterEach(useRealTime);

const patchPath = "/tests/worksheets/dynamic/named-cells";
const readPath = (id: number) => `/tests/${id}/worksheet/data`;
const definitions = [{ id: 1, cells: { ph: "A!B1", mass: { at: "A!B2", type: "number" as const }, runs: "A!C1:D2" } }];

/** Returns the outcomes of a write that fails, without the worksheets. */
async function outcomesOf(work: Promise<unknown>): Promise<readonly WorksheetOutcome[]> {
  const error = await advanceUntilSettled(errorOf(work));
  if (!(error instanceof QBenchWorksheetError)) throw error;
  return error.outcomes;
}

/** Creates a client whose worksheets are these objects in turn, the last one again and again. */
function createFakeClient(write: () => Promise<unknown>, ...worksheets: (Omit<WorksheetData, "id"> | Error)[]) {
  const reads: number[] = [];
  const client: WorksheetClient<WorksheetData> = {
    tests: {
      updateNamedCells: write,
      async worksheetData(id) {
        reads.push(id);
        const worksheet = worksheets.length > 1 ? worksheets.shift() : worksheets[0];
        if (worksheet instanceof Error) throw worksheet;
        return { id, ...worksheet };
      },
    },
  };
  return { client, reads };
}

const seven = { worksheet_data: { ph: { value: "7.1" } }, worksheet_processed: true };
const patch: WorksheetPatch = { id: 5, cells: { ph: "7.1" } };

describe("writeWorksheets", () => {
  it("writes cells of tests in one request, waits until they are processed, and returns the worksheets", async () => {
    const { client, sent } = await createReadyClient({ worksheets: { definitions, pendingReads: 2 } });
    const rows = [
      ["1.0", "2.0"],
      ["3.0", ""],
    ];
    const progress: unknown[] = [];
    const patches = [
      { id: 1, cells: { ph: "7.1", mass: "0.50", runs: rows } },
      { id: 2, cells: { ph: "6.9" } },
    ];
    const onProgress: WorksheetOptions["onProgress"] = each => progress.push(each);
    const written = await advanceUntilSettled(writeWorksheets(client, patches, { onProgress }));
    expectTypeOf(written).toEqualTypeOf<TestWorksheetData[]>();
    expect(written).toMatchObject([
      { id: 1, worksheet_data: { ph: { value: "7.1" }, mass: { value: 0.5 }, runs: { value: rows } } },
      { id: 2, worksheet_data: { ph: { value: "6.9" } } },
    ]);
    const round = [readPath(1), readPath(2)];
    expect(sent()).toEqual([patchPath, ...round, ...round, ...round]);
    expect(progress).toEqual([
      { sent: 2, done: 0, total: 2 },
      { sent: 2, done: 1, total: 2 },
      { sent: 2, done: 2, total: 2 },
    ]);
  });

  it("writes many tests in chunks, and returns the worksheets in the order of the tests", async () => {
    const { client, sent } = await createReadyClient({ worksheets: { pendingReads: 0 } });
    const patches = [1, 2, 3, 5, 11].map(id => ({ id, cells: id === 3 ? { lead: "0.1" } : { ph: "7" } }));
    const written = await advanceUntilSettled(writeWorksheets(client, patches, { chunkSize: 2 }));
    expect(written.map(({ id }) => id)).toEqual([1, 2, 3, 5, 11]);
    expect(sent().slice(0, 3)).toEqual([patchPath, patchPath, patchPath]);
    expect(sent()).toHaveLength(8);
  });

  it("reads in rounds whose waits double up to 15 s, with at most 5 concurrent reads", async () => {
    const pending = { worksheet_processed: false };
    const { client, reads } = createFakeClient(async () => {}, pending);
    useFakeTime();
    const start = Date.now();
    const times: number[] = [];
    let concurrent = 0;
    let max = 0;
    const { worksheetData } = client.tests;
    client.tests.worksheetData = async (...args) => {
      max = Math.max(max, ++concurrent);
      times.push((Date.now() - start) / 1000);
      await Promise.resolve();
      concurrent--;
      return worksheetData(...args);
    };
    const patches = Array.from({ length: 12 }, (_, index) => ({ id: index + 1, cells: { ph: "7.1" } }));
    const work = errorOf(writeWorksheets(client, patches, { timeoutMs: 50_000 }));
    await vi.advanceTimersByTimeAsync(50_000);
    await work;
    expect([...new Set(times)]).toEqual([0, 1, 3, 7, 15, 30, 45]);
    expect(reads).toHaveLength(7 * 12);
    expect(max).toBe(5);
  });

  it("waits for the processing also if the values appear before it, because it can still fail", async () => {
    const worksheets = { definitions, pendingReads: 2, unprocessedValues: "sent" } as const;
    const { client, sent } = await createReadyClient({ worksheets: { ...worksheets, error: "No standard" } });
    const patches = [{ id: 1, cells: { ph: "7.1" } }];
    expect(await outcomesOf(writeWorksheets(client, patches))).toMatchObject([
      { state: "processing_failed", message: "No standard" },
    ]);
    expect(sent()).toHaveLength(5);
    useRealTime();
    const { client: other, sent: sentByOther } = await createReadyClient({ worksheets });
    expect(await advanceUntilSettled(writeWorksheets(other, patches))).toHaveLength(1);
    expect(sentByOther()).toHaveLength(4);
  });

  it("reports cells that the worksheet lacks, or has with another value, after a second read", async () => {
    const { client, sent } = await createReadyClient({ worksheets: { definitions, pendingReads: 0 } });
    const work = writeWorksheets(client, [
      { id: 1, cells: { ph: "7.1", pH: "7.2" } },
      { id: 2, cells: { ph: "6.9" } },
    ]);
    const error = await advanceUntilSettled(errorOf(work));
    expect(error).toBeInstanceOf(QBenchWorksheetError);
    expect(error).toMatchObject({
      message:
        'writeWorksheets failed. Tests: 1 accepted, 1 incomplete. Test 1: the cell "pH" is missing. See error.outcomes.',
      outcomes: [
        { id: 1, state: "incomplete", cells: [{ name: "pH", reason: "missing" }] },
        { id: 2, state: "accepted" },
      ],
    });
    expect(sent()).toEqual([patchPath, readPath(1), readPath(2), readPath(1)]);

    const fake = createFakeClient(async () => {}, {
      ...seven,
      worksheet_data: { ph: { value: 8 }, range: { value: [["1"]] } },
    });
    const [outcome] = await outcomesOf(
      writeWorksheets(fake.client, [{ id: 5, cells: { ph: "7.1", range: [["1", "2"]], other: "" } }]),
    );
    expect(outcome).toMatchObject({
      cells: [
        { name: "ph", reason: "different" },
        { name: "range", reason: "different" },
        { name: "other", reason: "missing" },
      ],
    });
    if (outcome?.state !== "incomplete") throw new Error("the outcome is another one");
    expect(outcome.cells.map(({ sent: text, value }) => [text, value])).toEqual([
      ["7.1", 8],
      [[["1", "2"]], [["1"]]],
      ["", undefined],
    ]);
    expect(JSON.stringify(outcome)).not.toContain("7.1");
  });

  it("reports the laboratory's message if the processing of one test fails", async () => {
    const error = (id: unknown) => (id === 2 ? "Invalid cell definition\nData!D2" : undefined);
    const { client } = await createReadyClient({ worksheets: { definitions, error } });
    const patches = [1, 2].map(id => ({ id, cells: { ph: "7.1" } }));
    const thrown = await advanceUntilSettled(errorOf(writeWorksheets(client, patches)));
    expect(thrown).toMatchObject({
      message: expect.stringContaining("Test 2: Invalid cell definition Data!D2."),
      outcomes: [
        { id: 1, state: "accepted" },
        { id: 2, state: "processing_failed", message: "Invalid cell definition Data!D2" },
      ],
    });
  });

  it("accepts flags and values of a later read, because the server may set them after its response", async () => {
    const stale = { worksheet_data: { ph: { value: "" } }, worksheet_processed: true };
    const failed = { ...stale, worksheet_processed_error: true, worksheet_processed_error_msg: "of the write before" };
    for (const first of [stale, failed, new Error("no connection"), { worksheet_data: null }]) {
      useFakeTime();
      const { client, reads } = createFakeClient(async () => {}, first, seven);
      expect(await advanceUntilSettled(writeWorksheets(client, [patch]))).toEqual([{ id: 5, ...seven }]);
      expect(reads).toHaveLength(2);
      useRealTime();
    }
  });

  it("reports at the deadline which tests are unprocessed, and the failures that were seen", async () => {
    const { client } = await createReadyClient({ worksheets: { pendingReads: Number.POSITIVE_INFINITY } });
    const work = writeWorksheets(client, [{ id: 1, cells: { ph: "7.1" } }], { timeoutMs: 5000, intervalMs: 10 });
    const error = await advanceUntilSettled(errorOf(work));
    expect(error).toMatchObject({
      outcomes: [{ id: 1, state: "unprocessed" }],
      message: expect.stringContaining("Set a longer timeoutMs"),
    });
    const failing = { worksheet_processed: false, worksheet_processed_error: true, worksheet_processed_error_msg: "x" };
    const fake = createFakeClient(async () => {}, failing);
    expect(await outcomesOf(writeWorksheets(fake.client, [patch], { timeoutMs: 5000 }))).toMatchObject([
      { state: "processing_failed", message: "x" },
    ]);
  });

  it("ends reads that hang at the deadline", async () => {
    useFakeTime();
    const { client } = createFakeClient(async () => {}, seven);
    client.tests.worksheetData = () => new Promise(() => {});
    expect(await outcomesOf(writeWorksheets(client, [patch], { timeoutMs: 5000 }))).toEqual([
      { id: 5, state: "unprocessed" },
    ]);
  });

  it("throws the error of the only request if QBench rejected it, and reads nothing", async () => {
    const { client, sent } = await createReadyClient();
    const patches = [1, 4].map(id => ({ id, cells: { ph: "7.1" } }));
    const error = await advanceUntilSettled(errorOf(writeWorksheets(client, patches)));
    expect(error).toBeInstanceOf(QBenchApiError);
    expect(error).toMatchObject({ status: 400, errors: [{ msg: "the test has no dynamic worksheet" }] });
    expect(sent()).toEqual([patchPath]);
  });

  it("reports the tests of a rejected request as failed, those before as accepted, and those after as unsent", async () => {
    const { client, sent } = await createReadyClient({ worksheets: { pendingReads: 0 } });
    const patches = [1, 4, 2].map(id => ({ id, cells: { ph: "7.1" } }));
    const error = await advanceUntilSettled(errorOf(writeWorksheets(client, patches, { chunkSize: 1 })));
    expect(error).toMatchObject({
      cause: expect.any(QBenchApiError),
      outcomes: [
        { id: 1, state: "accepted" },
        { id: 4, state: "failed", error: { status: 400 } },
        { id: 2, state: "unsent" },
      ],
    });
    expect(sent()).toEqual([patchPath, patchPath, readPath(1)]);
  });

  it("finds by reading whether a request without a response was executed, and never sends it again", async () => {
    for (const cut of ["after", "before"] as const) {
      const { client, emulator, sent } = await createReadyClient({ worksheets: { pendingReads: 0 } });
      emulator.faults.add({ on: "api", method: "PATCH", cut });
      const work = writeWorksheets(
        client,
        [1, 2].map(id => ({ id, cells: { ph: "7.1" } })),
      );
      if (cut === "after") expect(await advanceUntilSettled(work)).toHaveLength(2);
      else {
        expect(await outcomesOf(work)).toMatchObject([
          { id: 1, state: "unknown", error: { name: "QBenchConnectionError" } },
          { id: 2, state: "unknown" },
        ]);
      }
      expect(sent().filter(path => path === patchPath)).toHaveLength(1);
      useRealTime();
    }
  });

  it("reports a test as unknown if it is not read back", async () => {
    useFakeTime();
    const lost = new Error("lost");
    const { client } = createFakeClient(async () => {}, lost);
    expect(await outcomesOf(writeWorksheets(client, [patch]))).toEqual([{ id: 5, state: "unknown", error: lost }]);
    const timeout = { timeoutMs: 1000 };
    const both = createFakeClient(() => Promise.reject(lost), new Error("another"));
    both.client.tests.worksheetData = () => new Promise(() => {});
    expect(await outcomesOf(writeWorksheets(both.client, [patch], timeout))).toEqual([
      { id: 5, state: "unknown", error: lost },
    ]);
  });

  it("names the error of the write if the worksheet cannot be read back after it", async () => {
    useFakeTime();
    const lost = new Error("lost");
    const { client } = createFakeClient(() => Promise.reject(lost), new Error("another"));
    expect(await outcomesOf(writeWorksheets(client, [patch]))).toEqual([{ id: 5, state: "unknown", error: lost }]);
  });

  it("waits for the processing of a write of unknown outcome before it reports the cells", async () => {
    useFakeTime();
    const old = { worksheet_data: { ph: { value: "" } }, worksheet_processed: false };
    const { client } = createFakeClient(() => Promise.reject(new Error("lost")), old, old, old, seven);
    expect(await advanceUntilSettled(writeWorksheets(client, [patch]))).toEqual([{ id: 5, ...seven }]);
  });

  it("keeps what is known of a test if a read hangs at the deadline", async () => {
    useFakeTime();
    const { client } = createFakeClient(async () => {}, { ...seven, worksheet_processed: false });
    const read = client.tests.worksheetData;
    let reads = 0;
    client.tests.worksheetData = (id, query, options) =>
      ++reads === 1
        ? read(id, query, options)
        : new Promise((_, reject) => options?.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    const outcomes = await outcomesOf(writeWorksheets(client, [patch], { timeoutMs: 5000 }));
    expect(outcomes).toEqual([{ id: 5, state: "unprocessed" }]);
  });

  it("does not accept a range that has more rows, or a cell that the worksheet only inherits", async () => {
    useFakeTime();
    const data = { runs: { value: [["1"], ["2"]] }, wide: { value: [["1", "2"]] } };
    const { client } = createFakeClient(async () => {}, { worksheet_data: data, worksheet_processed: true });
    const cells = { runs: [["1"]], wide: [["1"]], toString: "1" };
    expect(await outcomesOf(writeWorksheets(client, [{ id: 5, cells }]))).toMatchObject([
      {
        cells: [
          { name: "runs", reason: "different" },
          { name: "wide", reason: "different" },
          { name: "toString", reason: "missing" },
        ],
      },
    ]);
  });

  it("stops with the reason of an aborted signal: before, during and between requests, and while it waits", async () => {
    const reason = new Error("enough");
    const aborted = await createReadyClient();
    const { client: first, sent } = aborted;
    const early = writeWorksheets(first, [{ id: 1, cells: { ph: "7" } }], { signal: AbortSignal.abort(reason) });
    expect(await errorOf(early)).toBe(reason);
    expect(sent()).toEqual([]);
    useRealTime();

    for (const abortAfter of [1, 2, 3, 5]) {
      const { client, emulator, requests } = await createReadyClient({
        worksheets: { pendingReads: Number.POSITIVE_INFINITY },
      });
      const controller = new AbortController();
      const { fetch } = emulator;
      let count = 0;
      vi.spyOn(emulator, "fetch").mockImplementation((...args) => {
        if (++count === abortAfter) controller.abort(reason);
        return fetch(...args);
      });
      const patches = [1, 2].map(id => ({ id, cells: { ph: "7.1" } }));
      const work = writeWorksheets(client, patches, { chunkSize: 1, signal: controller.signal });
      expect(await advanceUntilSettled(errorOf(work))).toBe(reason);
      expect(requests.length).toBeLessThanOrEqual(abortAfter + 1);
      useRealTime();
    }
  });

  it("ignores errors of onProgress, and compares with isSame if it is set", async () => {
    const { client } = createFakeClient(async () => {}, { worksheet_data: { day: { value: "2026-01-05" } } });
    const cells = { day: "01/05/2026" };
    const isSame: WorksheetOptions["isSame"] = (text, value, cell) =>
      cell === "day" ? Date.parse(`${text} UTC`) === Date.parse(String(value)) : isSameValue(text, value);
    const onProgress = () => {
      throw new Error("progress");
    };
    expect(await writeWorksheets(client, [{ id: 5, cells }], { isSame, onProgress })).toHaveLength(1);
  });

  it.each([
    ["an empty list", [], "the tests must be an array that is not empty"],
    ["no list", patch, "the tests must be an array that is not empty"],
    ["no id", [{ cells: { ph: "7" } }], "item 0 has no id of a test"],
    ["a text as id", [{ id: "1", cells: { ph: "7" } }], "item 0 has no id of a test"],
    [
      "two items of one test",
      [patch, { id: 6, cells: { ph: "" } }, patch],
      "item 2 has the same id as item 0. Merge the two",
    ],
    ["no cells", [{ id: 1 }], "item 0 has no cells"],
    ["empty cells", [patch, { id: 1, cells: {} }], "item 1 has no cells"],
    ["an empty name", [{ id: 1, cells: { " ": "7" } }], 'the cell " " has no name'],
    [
      "a number",
      [{ id: 1, cells: { ph: 7.1 } }],
      'the cell "ph" is a number. Pass the text to show, such as value.toFixed(2)',
    ],
    ["a boolean", [{ id: 1, cells: { ok: true } }], 'the cell "ok" is boolean. Pass a text'],
    ["null", [{ id: 1, cells: { ph: null } }], 'the cell "ph" is null. Pass a text; an empty one empties the cell'],
    ["an empty range", [{ id: 1, cells: { runs: [] } }], 'the cell "runs" is not a range'],
    ["an empty row", [{ id: 1, cells: { runs: [[]] } }], 'the cell "runs" is not a range'],
    ["one row without brackets", [{ id: 1, cells: { runs: ["1", "2"] } }], 'the cell "runs" is not a range'],
    [
      "a ragged range",
      [{ id: 1, cells: { runs: [["1", "2"], ["3"]] } }],
      'the cell "runs" has rows of different lengths',
    ],
    ["a number in a range", [{ id: 1, cells: { runs: [["1"], [2]] } }], 'the cell "runs" has a part that is not text'],
  ])("rejects %s before any request", async (_, patches, message) => {
    const { client, requests } = createTestClient();
    const error = await errorOf(writeWorksheets(client, patches as never));
    expect(error).toBeInstanceOf(QBenchInputError);
    expect((error as Error).message).toContain(message);
    expect(requests).toEqual([]);
  });

  it.each([{ chunkSize: 0 }, { timeoutMs: 0 }, { timeoutMs: Number.POSITIVE_INFINITY }, { intervalMs: -1 }])(
    "rejects the options %j before any request",
    async options => {
      const { client, requests } = createTestClient();
      expect(await errorOf(writeWorksheets(client, [patch], options))).toBeInstanceOf(QBenchInputError);
      expect(requests).toEqual([]);
    },
  );

  it("is typed by the client's document", () => {
    const { client, options } = createTestClient();
    // @ts-expect-error a number is not a text
    expectTypeOf(() => writeWorksheets(client, [{ id: 1, cells: { ph: 7.1 } }])).toBeFunction();
    const dated = createQBenchClient({ ...options, dates: "Date" });
    expectTypeOf(() => writeWorksheets(dated, [patch])).returns.resolves.toEqualTypeOf<TestWorksheetData[]>();
    expectTypeOf(writeBatchWorksheets<TestWorksheetData, { id: number }>).returns.resolves.toEqualTypeOf<
      TestWorksheetData[]
    >();
    expectTypeOf(() =>
      writeBatchWorksheets(dated, 1, test => ({ day: String(test.date_created?.getTime()) })),
    ).returns.resolves.toEqualTypeOf<TestWorksheetData[]>();
    const other = createQBenchClient<{ "/things": { get: { responses: { 200: { content: never } } } } }>({
      baseUrl: "https://lab.example",
      ...credentials(),
    });
    // @ts-expect-error the document has no worksheets
    expectTypeOf(() => writeWorksheets(other, [patch])).toBeFunction();
  });
});

describe("writeBatchWorksheets", () => {
  it("writes the cells of each test in a batch that has some", async () => {
    const { client, sent } = await createReadyClient({ worksheets: { pendingReads: 0 } });
    const tests = await advanceUntilSettled(client.batches.tests(1).toArray());
    const dynamic = tests.filter(({ worksheet_data }) => worksheet_data?.ph);
    expect(dynamic.length).toBeGreaterThan(0);
    const cellsOf = ({ worksheet_data: cells, id }: (typeof tests)[number]) =>
      cells?.ph ? { ph: `${id}` } : undefined;
    const written = await advanceUntilSettled(writeBatchWorksheets(client, 1, cellsOf));
    expect(written.map(({ id, worksheet_data }) => [id, worksheet_data?.ph?.value])).toEqual(
      dynamic.map(({ id }) => [id, `${id}`]),
    );
    expect(sent()).toContain(patchPath);
  });

  it("throws without a write if no test of the batch has cells, or if these are wrong", async () => {
    const { client, sent } = await createReadyClient();
    const nothing = await advanceUntilSettled(errorOf(writeBatchWorksheets(client, 1, () => undefined)));
    expect(nothing).toMatchObject({
      name: "QBenchInputError",
      message: expect.stringMatching(
        /^writeBatchWorksheets: batch 1 has nothing to write, because cellsOf returned undefined/,
      ),
    });
    const wrong = await advanceUntilSettled(errorOf(writeBatchWorksheets(client, 1, () => ({}))));
    expect(wrong).toMatchObject({ message: expect.stringContaining("writeBatchWorksheets: item 0 has no cells") });
    const missing = await advanceUntilSettled(errorOf(writeBatchWorksheets(client, 999, () => ({ ph: "" }))));
    expect(missing).toMatchObject({ status: 404 });
    expect(sent()).not.toContain(patchPath);
  });
});
