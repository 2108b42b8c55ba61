import type { EmulatorOptions } from "@qbench-sdk/emulator";
import type { PrintDoc, Report } from "@qbench-sdk/types";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  createPrintDocument,
  createQBenchClient,
  createReport,
  downloadFile,
  QBenchApiError,
  QBenchInputError,
  QBenchRenderError,
  type RenderedRecord,
  waitUntilRendered,
} from "../src/index.js";
import { createTestClient, credentials } from "./support/laboratory.js";
import { nextMacrotask } from "./support/runtime.js";

function fakeTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  // In the middle, so that each wait is as long as it is said to be.
  vi.spyOn(Math, "random").mockReturnValue(0.5);
}
afterEach(() => {
  const left = vi.isFakeTimers() ? vi.getTimerCount() : 0;
  vi.useRealTimers();
  vi.restoreAllMocks();
  expect(left, "timers that are left behind").toBe(0);
});

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("waiting for a document", () => {
  beforeEach(fakeTime);

  /** A read that finds these states, the last one for ever, and when it was called, in seconds from now. */
  function reads(...states: Omit<RenderedRecord, "id">[]) {
    const start = Date.now();
    const times: number[] = [];
    const signals: AbortSignal[] = [];
    const read = async (signal: AbortSignal): Promise<RenderedRecord> => {
      times.push((Date.now() - start) / 1000);
      signals.push(signal);
      return { id: 7, ...(states.length > 1 ? states.shift() : states[0]) };
    };
    return { read, times, signals };
  }
  const pending = { render_status: "PENDING" };
  const done = { render_status: "SUCCESSFUL" };

  it("reads at once, and then after waits that double up to 15 s", async () => {
    const { read, times } = reads(...Array.from({ length: 6 }, () => pending), {}, done);
    const waiting = waitUntilRendered(read);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(await waiting).toEqual({ id: 7, ...done });
    expect(times).toEqual([0, 1, 3, 7, 15, 30, 45, 60]);
  });

  it("begins with the interval that it is given, and spreads the waits by a quarter both ways", async () => {
    for (const [random, expected] of [
      [0, [0, 3, 9]],
      [0.999_999, [0, 5, 15]],
    ] as const) {
      vi.mocked(Math.random).mockReturnValue(random);
      const { read, times } = reads(pending, pending, done);
      const waiting = waitUntilRendered(read, { intervalMs: 4000 });
      await vi.advanceTimersByTimeAsync(20_000);
      await waiting;
      expect(times.map(Math.round)).toEqual(expected);
    }
    vi.mocked(Math.random).mockReturnValue(0.5);
    const { read, times } = reads(pending, pending, done);
    const waiting = waitUntilRendered(read, { intervalMs: 20_000 });
    await vi.advanceTimersByTimeAsync(40_000);
    await waiting;
    expect(times).toEqual([0, 20, 40]);
  });

  it("ends at its deadline, while it waits and while it reads", async () => {
    const { read, signals } = reads(pending);
    const waiting = errorOf(waitUntilRendered(read, { timeoutMs: 5000 }));
    await vi.advanceTimersByTimeAsync(4999);
    expect(signals.at(-1)?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const error = await waiting;
    expect(error).toBeInstanceOf(QBenchRenderError);
    expect(error).toMatchObject({
      reason: "timeout",
      recordId: 7,
      message: "Rendering the document 7 failed: it took longer than timeoutMs, 5000 ms",
    });
    expect(signals.at(-1)?.aborted).toBe(true);

    const hanging = errorOf(waitUntilRendered(() => new Promise(() => {}), { timeoutMs: 5000 }));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await hanging).toMatchObject({ reason: "timeout", message: expect.stringMatching("^Rendering the document failed: ") });
  });

  it("stops at once when it is told to, with the reason it is given", async () => {
    const reason = new Error("enough");
    const { read, times } = reads(pending);
    await expect(waitUntilRendered(read, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(times).toEqual([]);

    for (const look of [read, () => new Promise<RenderedRecord>(() => {})]) {
      const controller = new AbortController();
      const waiting = errorOf(waitUntilRendered(look, { signal: controller.signal }));
      await vi.advanceTimersByTimeAsync(100);
      controller.abort(reason);
      expect(await waiting).toBe(reason);
    }
    await vi.advanceTimersByTimeAsync(100_000);
    expect(times).toEqual([0]);
  });

  it("ends with what the read throws", async () => {
    const error = new Error("403");
    await expect(waitUntilRendered(() => Promise.reject(error))).rejects.toBe(error);
    const controller = new AbortController();
    const failing = (): never => {
      throw error;
    };
    await expect(waitUntilRendered(failing, { signal: controller.signal })).rejects.toBe(error);
    // Of which nobody is told any more, also not the process.
    controller.abort(new Error("enough"));
  });

  it("fails with the laboratory's words on one line, less the queries of the addresses in them", async () => {
    const failing = async (record: Omit<RenderedRecord, "id">) => {
      const error = await errorOf(waitUntilRendered(reads(record).read));
      expect(error).toMatchObject({ reason: "failed", recordId: 7 });
      return error instanceof Error ? error.message.replace("Rendering the document 7 failed: ", "") : "";
    };
    const render_status = "FAILED";
    expect(await failing({ render_status, render_error_message: " No\n\ttemplate " })).toBe("No template");
    expect(await failing({ render_status, render_error: "No font", render_error_message: " " })).toBe("No font");
    expect(await failing({ render_status: "CANCELLED", render_error: null })).toBe("render_status CANCELLED");
    const url = "https://s3.example/logo.png?AWSAccessKeyId=A&Signature=sentinel";
    expect(await failing({ render_status, render_error: `could not load ${url} (403)` })).toBe(
      "could not load https://s3.example/logo.png (403)",
    );
    expect((await failing({ render_status, render_error: "x".repeat(10_000) })).length).toBe(500);
  });

  it("takes times that a timer can keep", async () => {
    const { read, times } = reads(done);
    for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      await expect(waitUntilRendered(read, { timeoutMs: ms })).rejects.toThrow(QBenchInputError);
      await expect(waitUntilRendered(read, { intervalMs: ms })).rejects.toThrow("intervalMs");
    }
    expect(times).toEqual([]);
  });
});

describe("a new document", () => {
  const report = { report_config_id: 1, test_ids: [5, 6] };

  /** A client that has its token already: to sign takes real time, which would be much of the other. */
  async function ready(options: EmulatorOptions = {}) {
    const service = createTestClient(options);
    await service.client.GET("/qbench/api/v2/teams");
    service.requests.length = 0;
    fakeTime();
    return service;
  }

  /** Lets time pass as long as something goes on. */
  async function pass<Value>(work: Promise<Value>): Promise<Value> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) {
      await nextMacrotask();
      await vi.advanceTimersByTimeAsync(10);
    }
    return work;
  }

  it("is a report that is created, waited for, and then a PDF", async () => {
    const { client, emulator, sent } = await ready({ rendering: { pendingReads: 2 } });
    const created = await pass(createReport(client, report));
    expectTypeOf(created).toEqualTypeOf<Report>();
    expect(created).toMatchObject({ report_config_id: 1, render_status: "SUCCESSFUL" });
    const path = `/reports/${created.id}`;
    expect(sent()).toEqual(["/reports", path, path, path]);
    const { stream, contentType } = await downloadFile(created, { fetch: request => emulator.fetch(request) });
    expect(contentType).toBe("application/pdf");
    expect(await new Response(stream).text()).toMatch(/^%PDF-/);
  });

  it("is a print document likewise", async () => {
    const { client, emulator } = await ready();
    const document = await pass(createPrintDocument(client, { printdoc_config_id: 1, order_id: 2 }));
    expectTypeOf(document).toEqualTypeOf<PrintDoc>();
    expect(document).toMatchObject({ render_status: "SUCCESSFUL" });
    const { stream } = await downloadFile(document, { fetch: request => emulator.fetch(request) });
    expect(await new Response(stream).text()).toMatch(/^%PDF-/);
  });

  it("fails with the laboratory's message", async () => {
    const { client } = await ready({ rendering: { pendingReads: 0, error: "The template has no body" } });
    for (const error of [
      await pass(errorOf(createReport(client, report))),
      await pass(errorOf(createPrintDocument(client, { printdoc_config_id: 1 }))),
    ]) {
      expect(error).toBeInstanceOf(QBenchRenderError);
      expect(error).toMatchObject({
        reason: "failed",
        recordId: expect.any(Number),
        message: expect.stringContaining("The template has no body"),
      });
    }
  });

  it("can take too long, or be given up", async () => {
    const { client } = await ready({ rendering: { pendingReads: Number.POSITIVE_INFINITY } });
    const options = { intervalMs: 10, timeoutMs: 2000 };
    expect(await pass(errorOf(createReport(client, report, options)))).toMatchObject({ reason: "timeout" });
    const controller = new AbortController();
    const reason = new Error("enough");
    const work = errorOf(createReport(client, report, { signal: controller.signal }));
    controller.abort(reason);
    expect(await pass(work)).toBe(reason);
  });

  it("fails with what QBench answers, to its creation and to a read", async () => {
    const { client } = await ready({ clients: [{ scopes: ["POST /reports"] }] });
    await expect(pass(createReport(client, report))).rejects.toMatchObject({ status: 403, method: "GET" });
    await expect(pass(createPrintDocument(client, { printdoc_config_id: 1 }))).rejects.toThrow(QBenchApiError);
  });

  it("is not asked for without its template", async () => {
    const { client, requests } = await ready();
    for (const wrong of [undefined, {}, { report_config_id: null }, { report_config_id: "" }]) {
      await expect(createReport(client, wrong as never)).rejects.toThrow(
        new QBenchInputError("createReport: report_config_id is missing"),
      );
    }
    await expect(createPrintDocument(client, { order_id: 1 } as never)).rejects.toThrow(
      new QBenchInputError("createPrintDocument: printdoc_config_id is missing"),
    );
    await expect(createReport(client, report, { timeoutMs: 0 })).rejects.toThrow(QBenchInputError);
    expect(requests).toEqual([]);
  });

  it("is typed by the document of the client", () => {
    const { client } = createTestClient();
    // @ts-expect-error the template is missing
    expectTypeOf(() => createReport(client, { test_id: 5 })).toBeFunction();
    // @ts-expect-error a field that there is not
    expectTypeOf(() => createPrintDocument(client, { printdoc_config_id: 1, orderId: 1 })).toBeFunction();
    const other = createQBenchClient<{ "/things": { get: { responses: { 200: { content: never } } } } }>({
      baseUrl: "https://lab.example",
      ...credentials(),
    });
    // @ts-expect-error a document without reports
    expectTypeOf(() => createReport(other, report)).toBeFunction();
  });
});
