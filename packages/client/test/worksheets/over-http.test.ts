import { type EmulatorOptions, type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import { afterEach, describe, expect, it } from "vitest";
import { createQBenchClient } from "../../src/index.js";
import { QBenchWorksheetError, type WorksheetOutcome, writeWorksheets } from "../../src/worksheets/worksheets.js";
import { errorOf } from "../support/error-of.js";
import { isDeno } from "../support/runtime.js";

let emulator: RunningEmulator | undefined;
afterEach(() => emulator?.close());

/** Starts an emulator on a port, with a client that reads again almost immediately. */
async function start(options: EmulatorOptions = {}) {
  emulator = await startEmulator(options);
  const [{ id = "", secret = "" } = {}] = emulator.clients.list();
  const client = createQBenchClient({ baseUrl: emulator.url, clientId: id, clientSecret: secret });
  const patches = [1, 2, 5].map(test => ({ id: test, cells: { ph: `7.${test}` } }));
  const write = (settings: Parameters<typeof writeWorksheets>[2] = {}) =>
    writeWorksheets(client, patches, { intervalMs: 1, ...settings });
  const outcomes = async (settings?: Parameters<typeof write>[0]): Promise<readonly WorksheetOutcome[]> => {
    const error = await errorOf(write(settings));
    if (!(error instanceof QBenchWorksheetError)) throw error;
    return error.outcomes;
  };
  const { faults, stats } = emulator;
  return { faults, stats, write, outcomes };
}

/** Some versions of Deno send a request again by themselves if its connection breaks (denoland/deno issue 35610). */
const resends = isDeno;

/** A fault for the request that writes. */
const onWrite = { on: "api", method: "PATCH" } as const;

describe("writeWorksheets over HTTP", () => {
  it("writes, waits and reads while some reads fail with 503 or lose their connection", async () => {
    const { faults, write } = await start({ worksheets: { pendingReads: 2 } });
    faults.add({ on: "api", method: "GET", status: 503, headers: { "Retry-After": "0" }, probability: 0.3 });
    expect(await write({ chunkSize: 1 })).toMatchObject(
      [1, 2, 5].map(id => ({ worksheet_data: { ph: { value: `7.${id}` } } })),
    );
  });

  it("finds that a write was executed whose connection broke before or within its response", async () => {
    for (const cut of ["after", "during"] as const) {
      const { faults, stats, write } = await start();
      faults.add({ ...onWrite, cut });
      expect(await write()).toHaveLength(3);
      if (!resends) expect(stats.faults).toBe(1);
      await emulator?.close();
    }
  });

  it("reports a write as unknown that was lost before QBench executed it, and sends it once", async () => {
    const { faults, stats, outcomes } = await start();
    faults.add({ ...onWrite, cut: "before" });
    expect(await outcomes()).toMatchObject([1, 2, 5].map(id => ({ id, state: "unknown" })));
    if (!resends) expect(stats.faults).toBe(1);
  });

  it("reports a write as unknown after a 500, which does not say whether QBench executed it", async () => {
    const { faults, outcomes } = await start();
    faults.add({ ...onWrite, status: 500, times: 1 });
    expect(await outcomes()).toMatchObject([1, 2, 5].map(id => ({ id, state: "unknown", error: { status: 500 } })));
  });

  it("sends a write again after a 429, because QBench did not execute it", async () => {
    const { faults, stats, write } = await start();
    faults.add({ ...onWrite, status: 429, headers: { "Retry-After": "0" }, times: 1 });
    expect(await write()).toHaveLength(3);
    expect(stats.faults).toBe(1);
  });

  it("reports the message of a processing that fails", async () => {
    const { outcomes } = await start({
      worksheets: { error: (id: unknown) => (id === 5 ? "No standard" : undefined) },
    });
    expect(await outcomes()).toMatchObject([
      { state: "accepted" },
      { state: "accepted" },
      { id: 5, state: "processing_failed", message: "No standard" },
    ]);
  });

  it("reports rejected cells as the error of the request, or as missing in the worksheet, by what the server does", async () => {
    const definitions = [{ id: 1, cells: { pH: "A!B1" } }];
    const { outcomes } = await start({ worksheets: { definitions } });
    const cells = [{ name: "ph", reason: "missing" }];
    expect(await outcomes()).toMatchObject([1, 2, 5].map(id => ({ id, state: "incomplete", cells })));
    await emulator?.close();
    const { outcomes: strict } = await start({ worksheets: { definitions, unknownCells: "reject" } });
    await expect(strict()).rejects.toMatchObject({ status: 400, errors: { length: 3 } });
  });

  it("stops with the reason of a signal that aborts while worksheets are processed", async () => {
    const { write } = await start({ worksheets: { pendingReads: Number.POSITIVE_INFINITY } });
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = () => controller.abort(reason);
    expect(await errorOf(write({ signal: controller.signal, onProgress }))).toBe(reason);
  });
});
