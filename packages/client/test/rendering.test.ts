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
import { errorOf } from "./support/error-of.js";
import { advanceUntilSettled, createReadyClient, useFakeTime, useRealTime } from "./support/fake-time.js";
import { createTestClient, credentials } from "./support/laboratory.js";
import { countListeners } from "./support/listeners.js";

afterEach(useRealTime);

describe("waitUntilRendered", () => {
  beforeEach(useFakeTime);

  /**
   * Creates a read that returns these states in turn, the last one again and again, and the times of its calls in
   * seconds.
   */
  function createRead(...states: Omit<RenderedRecord, "id">[]) {
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

  it("waitUntilRendered reads immediately, and then after waits that double up to 15 s", async () => {
    const { read, times } = createRead(...Array.from({ length: 6 }, () => pending), {}, done);
    const waiting = waitUntilRendered(read);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(await waiting).toEqual({ id: 7, ...done });
    expect(times).toEqual([0, 1, 3, 7, 15, 30, 45, 60]);
  });

  it("waitUntilRendered starts with intervalMs, and varies each wait by a quarter in both directions", async () => {
    for (const [random, expected] of [
      [0, [0, 3, 9]],
      [0.999_999, [0, 5, 15]],
    ] as const) {
      vi.mocked(Math.random).mockReturnValue(random);
      const { read, times } = createRead(pending, pending, done);
      const waiting = waitUntilRendered(read, { intervalMs: 4000 });
      await vi.advanceTimersByTimeAsync(20_000);
      await waiting;
      expect(times.map(Math.round)).toEqual(expected);
    }
    vi.mocked(Math.random).mockReturnValue(0.5);
    const { read, times } = createRead(pending, pending, done);
    const waiting = waitUntilRendered(read, { intervalMs: 20_000 });
    await vi.advanceTimersByTimeAsync(40_000);
    await waiting;
    expect(times).toEqual([0, 20, 40]);
  });

  it("waitUntilRendered times out between two reads and during a read", async () => {
    const { read, signals } = createRead(pending);
    const waiting = errorOf(waitUntilRendered(read, { timeoutMs: 5000 }));
    await vi.advanceTimersByTimeAsync(4999);
    expect(signals.at(-1)?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const error = await waiting;
    expect(error).toBeInstanceOf(QBenchRenderError);
    expect(error).toMatchObject({
      reason: "timeout",
      recordId: 7,
      message:
        "Rendering the document 7 failed: it took longer than 5000 ms. Set a longer timeoutMs, or read the record again later.",
    });
    expect(signals.at(-1)?.aborted).toBe(true);

    const hanging = errorOf(waitUntilRendered(() => new Promise(() => {}), { timeoutMs: 5000 }));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await hanging).toMatchObject({
      reason: "timeout",
      message: expect.stringMatching("^Rendering the document failed: "),
    });
  });

  it("waitUntilRendered stops immediately with the reason of its signal when that is aborted", async () => {
    const reason = new Error("enough");
    const { read, times } = createRead(pending);
    await expect(waitUntilRendered(read, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(times).toEqual([]);

    for (const anyRead of [read, () => new Promise<RenderedRecord>(() => {})]) {
      const controller = new AbortController();
      const waiting = errorOf(waitUntilRendered(anyRead, { signal: controller.signal }));
      await vi.advanceTimersByTimeAsync(100);
      controller.abort(reason);
      expect(await waiting).toBe(reason);
    }
    await vi.advanceTimersByTimeAsync(100_000);
    expect(times).toEqual([0]);
  });

  it("waitUntilRendered leaves no listener on the caller's signal, however it ends", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = countListeners(signal);
    const failing = (): never => {
      throw new Error("no connection");
    };
    const never = () => new Promise<RenderedRecord>(() => {});
    const reads = [
      createRead(pending, pending, done).read,
      createRead(pending, { render_status: "FAILED" }).read,
      createRead(pending).read,
      () => Promise.reject(new Error("403")),
      failing,
      never,
    ];
    const waiting = reads.map(read => errorOf(waitUntilRendered(read, { timeoutMs: 5000, signal })));
    // One listener serves all of the waits, so that Node does not warn of a leak.
    expect(listeners()).toBe(1);
    await vi.advanceTimersByTimeAsync(5000);
    const ends = [undefined, "failed", "timeout", undefined, undefined, "timeout"];
    expect(
      (await Promise.all(waiting)).map(error => (error instanceof QBenchRenderError ? error.reason : undefined)),
    ).toEqual(ends);
    expect(listeners()).toBe(0);

    const aborted = errorOf(waitUntilRendered(never, { signal }));
    expect(listeners()).toBe(1);
    controller.abort(new Error("enough"));
    expect(await aborted).toBe(signal.reason);
    expect(listeners()).toBe(0);
  });

  it("waitUntilRendered throws the error of its read", async () => {
    const error = new Error("403");
    await expect(waitUntilRendered(() => Promise.reject(error))).rejects.toBe(error);
    const controller = new AbortController();
    const failing = (): never => {
      throw error;
    };
    await expect(waitUntilRendered(failing, { signal: controller.signal })).rejects.toBe(error);
    // An abort after the end must not cause an unhandled rejection.
    controller.abort(new Error("enough"));
  });

  it("waitUntilRendered throws the laboratory's message on one line, without the queries of URLs in it", async () => {
    const failing = async (record: Omit<RenderedRecord, "id">) => {
      const error = await errorOf(waitUntilRendered(createRead(record).read));
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

  it("waitUntilRendered rejects times that a timer cannot have", async () => {
    const { read, times } = createRead(done);
    for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      await expect(waitUntilRendered(read, { timeoutMs: ms })).rejects.toThrow(QBenchInputError);
      await expect(waitUntilRendered(read, { intervalMs: ms })).rejects.toThrow("intervalMs");
    }
    expect(times).toEqual([]);
  });
});

describe("createReport and createPrintDocument", () => {
  const report = { report_config_id: 1, test_ids: [5, 6] };

  it("createReport creates a report and waits until its PDF can be downloaded", async () => {
    const { client, emulator, sent } = await createReadyClient({ rendering: { pendingReads: 2 } });
    const created = await advanceUntilSettled(createReport(client, report));
    expectTypeOf(created).toEqualTypeOf<Report>();
    expect(created).toMatchObject({ report_config_id: 1, render_status: "SUCCESSFUL" });
    const path = `/reports/${created.id}`;
    expect(sent()).toEqual(["/reports", path, path, path]);
    const { stream, contentType } = await downloadFile(created, { fetch: request => emulator.fetch(request) });
    expect(contentType).toBe("application/pdf");
    expect(await new Response(stream).text()).toMatch(/^%PDF-/);
  });

  it("createPrintDocument creates a print document and waits until its PDF can be downloaded", async () => {
    const { client, emulator } = await createReadyClient();
    const document = await advanceUntilSettled(createPrintDocument(client, { printdoc_config_id: 1, order_id: 2 }));
    expectTypeOf(document).toEqualTypeOf<PrintDoc>();
    expect(document).toMatchObject({ render_status: "SUCCESSFUL" });
    const { stream } = await downloadFile(document, { fetch: request => emulator.fetch(request) });
    expect(await new Response(stream).text()).toMatch(/^%PDF-/);
  });

  it("createReport and createPrintDocument throw the laboratory's message if rendering fails", async () => {
    const { client } = await createReadyClient({ rendering: { pendingReads: 0, error: "The template has no body" } });
    for (const error of [
      await advanceUntilSettled(errorOf(createReport(client, report))),
      await advanceUntilSettled(errorOf(createPrintDocument(client, { printdoc_config_id: 1 }))),
    ]) {
      expect(error).toBeInstanceOf(QBenchRenderError);
      expect(error).toMatchObject({
        reason: "failed",
        recordId: expect.any(Number),
        message: expect.stringContaining("The template has no body"),
      });
    }
  });

  it("createReport times out, and stops with the reason of an aborted signal", async () => {
    const { client } = await createReadyClient({ rendering: { pendingReads: Number.POSITIVE_INFINITY } });
    const options = { intervalMs: 10, timeoutMs: 2000 };
    expect(await advanceUntilSettled(errorOf(createReport(client, report, options)))).toMatchObject({
      reason: "timeout",
    });
    const controller = new AbortController();
    const reason = new Error("enough");
    const work = errorOf(createReport(client, report, { signal: controller.signal }));
    controller.abort(reason);
    expect(await advanceUntilSettled(work)).toBe(reason);
  });

  it("createReport and createPrintDocument throw the error of the creation or of a read", async () => {
    const { client } = await createReadyClient({ clients: [{ scopes: ["POST /reports"] }] });
    await expect(advanceUntilSettled(createReport(client, report))).rejects.toMatchObject({
      status: 403,
      method: "GET",
    });
    await expect(advanceUntilSettled(createPrintDocument(client, { printdoc_config_id: 1 }))).rejects.toThrow(
      QBenchApiError,
    );
  });

  it("createReport and createPrintDocument send nothing without a template, or with an invalid timeout", async () => {
    const { client, requests } = await createReadyClient();
    for (const wrong of [undefined, {}, { report_config_id: null }, { report_config_id: "" }]) {
      await expect(createReport(client, wrong as never)).rejects.toThrow(
        new QBenchInputError("createReport: report_config_id is missing. QBench requires it."),
      );
    }
    await expect(createPrintDocument(client, { order_id: 1 } as never)).rejects.toThrow(
      new QBenchInputError("createPrintDocument: printdoc_config_id is missing. QBench requires it."),
    );
    await expect(createReport(client, report, { timeoutMs: 0 })).rejects.toThrow(QBenchInputError);
    expect(requests).toEqual([]);
  });

  it("createReport and createPrintDocument are typed by the client's document", () => {
    const { client } = createTestClient();
    // @ts-expect-error the template is missing
    expectTypeOf(() => createReport(client, { test_id: 5 })).toBeFunction();
    // @ts-expect-error the field does not exist
    expectTypeOf(() => createPrintDocument(client, { printdoc_config_id: 1, orderId: 1 })).toBeFunction();
    const other = createQBenchClient<{ "/things": { get: { responses: { 200: { content: never } } } } }>({
      baseUrl: "https://lab.example",
      ...credentials(),
    });
    // @ts-expect-error the document has no reports
    expectTypeOf(() => createReport(other, report)).toBeFunction();
  });
});
