import { type EmulatorOptions, type Fault, type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import type { Report } from "@qbench-sdk/types";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { createQBenchClient, QBenchApiError, QBenchFileError, QBenchRenderError } from "../../src/index.js";
import { type DeliveryProgress, deliverReport, latestReport, QBenchDeliveryError } from "../../src/reports/reports.js";
import { errorOf } from "../support/error-of.js";
import { credentials } from "../support/laboratory.js";

const running: RunningEmulator[] = [];
afterEach(async () => {
  for (const emulator of running.splice(0)) await emulator.close();
});

const api = "/qbench/api/v2";
const newReport = { report_config_id: 1, test_ids: [5, 6] };
const publish = { send_emails: true, additional_emails: ["qa@customer.example"] };

/**
 * Starts an emulator. Returns a client of it, the options that every delivery here has, and the paths of all requests
 * to the API and to the storage.
 */
async function startOverHttp(options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options);
  running.push(emulator);
  const sent: string[] = [];
  /** Called before each request, with its method and path. */
  const hook: { onRequest?: (request: string) => void } = {};
  const record = (request: Request): Promise<Response> => {
    const path = `${request.method} ${new URL(request.url).pathname.replace(api, "").replace(/^\/.*\/reports\//, "/storage/")}`;
    if (!path.includes("/auth/")) {
      sent.push(path);
      hook.onRequest?.(path);
    }
    return fetch(request);
  };
  const settings = {
    baseUrl: emulator.url,
    ...credentials(emulator.clients.list()[0]),
    retry: false,
    fetch: record,
  } as const;
  const client = createQBenchClient(settings);
  const progress: DeliveryProgress[] = [];
  const common = { intervalMs: 1, fetch: record, onProgress: (each: DeliveryProgress) => void progress.push(each) };
  return { emulator, settings, client, sent, hook, progress, common };
}

async function deliveryErrorOf(work: Promise<unknown>): Promise<QBenchDeliveryError> {
  const error = await errorOf(work);
  if (error instanceof QBenchDeliveryError) return error;
  throw new Error("Expected a QBenchDeliveryError", { cause: error });
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("deliverReport over HTTP", () => {
  it("deliverReport creates a report, waits for it, publishes it, and downloads the file that it has then", async () => {
    const { client, sent, progress, common } = await startOverHttp({ rendering: { pendingReads: 2 } });
    const delivered = await deliverReport(client, { report: newReport, publish, ...common });
    expectTypeOf(delivered.report).toEqualTypeOf<Report>();
    const { report, bytes, contentType } = delivered;
    expect(report).toMatchObject({ render_status: "SUCCESSFUL", date_published: expect.any(String) });
    expect(text(bytes)).toMatch(/^%PDF-/);
    expect(contentType).toBe("application/pdf");
    const reportId = report.id;
    const get = `GET /reports/${reportId}`;
    expect(sent).toEqual([
      "POST /reports",
      get,
      get,
      get,
      "POST /reports/publish",
      get,
      expect.stringMatching(/^GET .*\.pdf$/),
    ]);
    expect(progress).toEqual([
      { step: "created", reportId },
      { step: "rendered", reportId },
      { step: "published", reportId },
      { step: "downloaded", reportId, bytes: bytes.byteLength },
    ]);
  });

  it("a delivered report is the latest one of its order", async () => {
    const { client, common } = await startOverHttp();
    const { sample_id } = await client.tests.get(5);
    const { order_id } = await client.samples.get(sample_id ?? 0);
    for (let count = 0; count < 2; count++) {
      const { report } = await deliverReport(client, { report: newReport, publish, ...common });
      expect((await latestReport(client.orders, order_id ?? 0, { statuses: ["PUBLISHED"] }))?.id).toBe(report.id);
    }
  });

  it("deliverReport publishes nothing without the option publish", async () => {
    const { client, sent, progress, common } = await startOverHttp();
    const { report } = await deliverReport(client, { report: newReport, ...common });
    expect(report.date_published ?? null).toBe(null);
    expect(sent).not.toContain("POST /reports/publish");
    expect(progress.map(({ step }) => step)).toEqual(["created", "rendered", "downloaded"]);
  });

  it("deliverReport returns dates as Date with a client that does", async () => {
    const { settings, common } = await startOverHttp();
    const dated = createQBenchClient({ ...settings, dates: "Date" });
    const { report } = await deliverReport(dated, { report: newReport, publish, ...common });
    expectTypeOf(report.date_published).toEqualTypeOf<Date | null | undefined>();
    expect(report.date_published).toBeInstanceOf(Date);
    await deliverReport(dated, { resume: { reportId: report.id }, publish, ...common });
  });

  it("deliverReport throws the error of a creation that QBench did not execute", async () => {
    const { client, emulator, sent, common } = await startOverHttp();
    const wrong = { report_config_id: 1, test_ids: [999_999] };
    for (const fault of [{ status: 400 }, { status: 403 }, { status: 429 }]) {
      const remove = emulator.faults.add({ on: "api", method: "POST", ...fault });
      const error = await errorOf(deliverReport(client, { report: wrong, ...common }));
      expect(error).toBeInstanceOf(QBenchApiError);
      expect(error).toMatchObject(fault);
      remove();
    }
    expect(sent).toEqual(["POST /reports", "POST /reports", "POST /reports"]);
  });

  it.each<Fault>([{ status: 503 }, { cut: "before" }, { cut: "after" }, { cut: "during" }, { malformed: true }])(
    "deliverReport sends a creation with the unknown outcome of %j once, and says so",
    async fault => {
      const { client, emulator, sent, progress, common } = await startOverHttp();
      emulator.faults.add({ on: "api", method: "POST", ...fault });
      const error = await deliveryErrorOf(deliverReport(client, { report: newReport, publish, ...common }));
      expect(error).toMatchObject({ reason: "failed", steps: [] });
      expect(["reportId" in error, "resume" in error]).toEqual([false, false]);
      expect(error.message).toMatch(/^Delivering a report failed\. .*look for it before you create another one\.$/);
      expect(sent).toEqual(["POST /reports"]);
      expect(progress).toEqual([]);
    },
  );

  it("deliverReport gives the laboratory's message if rendering fails", async () => {
    const { client, common, sent } = await startOverHttp({ rendering: { error: "The template has no body" } });
    const error = await deliveryErrorOf(deliverReport(client, { report: newReport, publish, ...common }));
    expect(error).toMatchObject({ reason: "failed", steps: ["created"], reportId: expect.any(Number) });
    expect("resume" in error).toBe(false);
    expect(error.cause).toBeInstanceOf(QBenchRenderError);
    expect(error.message).toContain("The template has no body. Done: created. Create another report.");
    expect(sent).not.toContain("POST /reports/publish");
  });

  it("deliverReport continues with a report whose rendering could not be read, and creates no second one", async () => {
    const { client, emulator, sent, common } = await startOverHttp();
    const remove = emulator.faults.add({ on: "api", method: "GET", status: 503 });
    const error = await deliveryErrorOf(deliverReport(client, { report: newReport, publish, ...common }));
    remove();
    const { resume } = error;
    expect(error.steps).toEqual(["created"]);
    expect(error.message).toMatch(/ To continue with this report, pass error\.resume as the option resume\.$/);
    if (!resume) throw new Error("The error does not name the report.");
    const { report } = await deliverReport(client, { resume, publish, ...common });
    expect(report.id).toBe(resume.reportId);
    expect(sent.filter(path => path.startsWith("POST"))).toEqual(["POST /reports", "POST /reports/publish"]);
  });

  it.each([{ status: 400 }, { status: 403 }, { status: 429 }])(
    "deliverReport publishes again after %j, because QBench did not execute the request",
    async fault => {
      const { client, emulator, common } = await startOverHttp();
      emulator.faults.add({ on: "api", path: `${api}/reports/publish`, times: 1, ...fault });
      const error = await deliveryErrorOf(deliverReport(client, { report: newReport, publish, ...common }));
      expect(error).toMatchObject({ steps: ["created", "rendered"], cause: fault });
      expect(error.resume).toEqual({ reportId: expect.any(Number) });
      const resume = error.resume ?? { reportId: 0 };
      const { report } = await deliverReport(client, { resume, publish, ...common });
      expect(report).toMatchObject({ id: resume.reportId, date_published: expect.any(String) });
    },
  );

  it("deliverReport continues if the response to publishing is missing, but the report is published", async () => {
    const { client, emulator, sent, progress, common } = await startOverHttp();
    emulator.faults.add({ on: "api", path: `${api}/reports/publish`, cut: "after" });
    const { report } = await deliverReport(client, { report: newReport, publish, ...common });
    expect(report.date_published).toEqual(expect.any(String));
    expect(progress.map(({ step }) => step)).toEqual(["created", "rendered", "published", "downloaded"]);
    expect(sent.filter(path => path === "POST /reports/publish")).toHaveLength(1);
  });

  it("deliverReport does not publish again while it is unknown whether the report was published", async () => {
    const { client, emulator, sent, common } = await startOverHttp();
    const remove = emulator.faults.add({ on: "api", path: `${api}/reports/publish`, cut: "before" });
    const error = await deliveryErrorOf(deliverReport(client, { report: newReport, publish, ...common }));
    remove();
    const { resume } = error;
    if (!resume) throw new Error("The error does not name the report.");
    const { reportId } = resume;
    expect(error).toMatchObject({ steps: ["created", "rendered"], resume: { reportId, publishing: "unknown" } });
    expect(error.message).toMatch(
      /QBench may have published the report\. Check that before you publish it again with resume: \{ reportId: \d+ \}\.$/,
    );

    // JSON survives a restart of the service.
    const stored = JSON.parse(JSON.stringify(resume));
    const again = await deliveryErrorOf(deliverReport(client, { resume: stored, publish, ...common }));
    expect(again).toMatchObject({ steps: ["created", "rendered"], resume });
    expect(again.message).toContain(`report ${reportId} has no date_published`);
    expect(sent.filter(path => path === "POST /reports/publish")).toHaveLength(1);

    const unpublished = await deliverReport(client, { resume, ...common });
    expect(unpublished.report.id).toBe(reportId);
    const { report } = await deliverReport(client, { resume: { reportId }, publish, ...common });
    expect(report.date_published).toEqual(expect.any(String));
    expect(sent.filter(path => path === "POST /reports/publish")).toHaveLength(2);
    await deliverReport(client, { resume, publish, ...common });
    await deliverReport(client, { resume: { reportId }, publish, ...common });
    expect(sent.filter(path => path === "POST /reports/publish")).toHaveLength(2);
  });

  it("deliverReport repeats a download that breaks off, with a new URL", async () => {
    const { client, emulator, sent, common } = await startOverHttp();
    emulator.faults.add({ on: "storage", cut: "during", times: 1 });
    emulator.faults.add({ on: "storage", status: 503, times: 1 });
    const { report, bytes } = await deliverReport(client, { report: newReport, publish, ...common });
    expect(text(bytes)).toMatch(/%%EOF\s*$/);
    const get = `GET /reports/${report.id}`;
    expect(sent.filter(path => path.startsWith("GET")).map(path => (path === get ? "report" : "file"))).toEqual([
      "report",
      "report",
      "report",
      "file",
      "report",
      "file",
    ]);
  });

  it("deliverReport reads the report again if the URL of its file has expired", async () => {
    const { client, emulator, common } = await startOverHttp();
    emulator.faults.add({ on: "storage", skewMs: 2 * 3_600_000, times: 1 });
    const { bytes } = await deliverReport(client, { report: newReport, publish, ...common });
    expect(text(bytes)).toMatch(/^%PDF-/);
    expect(emulator.stats.downloads).toBe(1);
  });

  it("deliverReport gives up a download after four attempts, and a resumed delivery does not publish again", async () => {
    const { client, emulator, sent, common } = await startOverHttp();
    const remove = emulator.faults.add({ on: "storage", cut: "during" });
    const error = await deliveryErrorOf(deliverReport(client, { report: newReport, publish, ...common }));
    remove();
    expect(error).toMatchObject({ reason: "failed", steps: ["created", "rendered", "published"] });
    expect(error.cause).toBeInstanceOf(QBenchFileError);
    expect(error.message).not.toContain("Signature");
    expect(sent.filter(path => path.endsWith(".pdf"))).toHaveLength(4);
    const resume = error.resume ?? { reportId: 0 };
    const { bytes } = await deliverReport(client, { resume, publish, ...common });
    expect(text(bytes)).toMatch(/^%PDF-/);
    expect(sent.filter(path => path === "POST /reports/publish")).toHaveLength(1);
  });

  it("deliverReport does not repeat a download that the storage rejects", async () => {
    const { client, emulator, sent, common } = await startOverHttp();
    emulator.faults.add({ on: "storage", status: 403 });
    const error = await deliveryErrorOf(deliverReport(client, { report: newReport, ...common }));
    expect(error).toMatchObject({ steps: ["created", "rendered"], cause: { reason: "rejected_by_server" } });
    expect(sent.filter(path => path.endsWith(".pdf"))).toHaveLength(1);
  });

  it.each([
    ["the creation", /^POST \/reports$/, [], undefined],
    ["a read", /^GET \/reports/, ["created"], {}],
    ["publishing", /publish$/, ["created", "rendered"], { publishing: "unknown" }],
    ["the download", /pdf$/, ["created", "rendered", "published"], {}],
  ] as const)(
    "an abort during %s ends the delivery, and the error says how to continue",
    async (_, path, steps, rest) => {
      const { client, sent, hook, common } = await startOverHttp();
      const controller = new AbortController();
      const reason = new Error("The service stops");
      hook.onRequest = request => path.test(request) && controller.abort(reason);
      const { signal } = controller;
      const error = await deliveryErrorOf(deliverReport(client, { report: newReport, publish, signal, ...common }));
      expect(error).toMatchObject({ reason: "aborted", steps, cause: reason });
      expect(error.resume).toEqual(rest && { reportId: expect.any(Number), ...rest });
      expect(sent.at(-1)).toMatch(path);
      delete hook.onRequest;
      if (error.resume && !error.resume.publishing)
        await deliverReport(client, { resume: error.resume, publish, ...common });
      expect(sent.filter(each => each === "POST /reports")).toHaveLength(1);
      expect(sent.filter(each => each === "POST /reports/publish").length).toBeLessThanOrEqual(1);
    },
  );

  it.each([
    ["created", ["created"]],
    ["rendered", ["created", "rendered"]],
    ["published", ["created", "rendered", "published"]],
  ] as const)("an abort after the step %j sends no further request", async (last, steps) => {
    const { client, sent, common } = await startOverHttp();
    const controller = new AbortController();
    let sentBefore = 0;
    const onProgress = ({ step }: DeliveryProgress) => {
      if (step !== last) return;
      sentBefore = sent.length;
      controller.abort();
    };
    const { signal } = controller;
    const delivery = deliverReport(client, { report: newReport, publish, ...common, signal, onProgress });
    const error = await deliveryErrorOf(delivery);
    expect(error).toMatchObject({ reason: "aborted", steps });
    expect(error.resume).toEqual({ reportId: expect.any(Number) });
    expect(sent).toHaveLength(sentBefore);
  });
});
