import fc from "fast-check";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  createQBenchClient,
  QBenchApiError,
  QBenchConnectionError,
  QBenchIgnoredFieldsError,
  QBenchInputError,
} from "../../src/index.js";
import { deliverReport, QBenchDeliveryError, type ResumeDelivery } from "../../src/reports/reports.js";
import { errorOf } from "../support/error-of.js";
import { createTestClient, credentials } from "../support/laboratory.js";
import { countListeners } from "../support/listeners.js";
import { nextMacrotask } from "../support/runtime.js";

afterEach(() => {
  vi.useRealTimers();
});

const newReport = { report_config_id: 1, test_ids: [5, 6] };

/** What happens to one request: QBench executes it or not, and the response arrives or not. */
const outcomes = ["ok", "rejected", "not connected", "lost before", "lost after"] as const;
type Outcome = (typeof outcomes)[number];

/**
 * Creates a client whose requests have these outcomes in turn, and then succeed. Each method does what QBench does,
 * without HTTP.
 */
function createFaultyClient(script: Outcome[]) {
  const request = { method: "POST", path: "/reports" };
  const log: { call: string; outcome: Outcome }[] = [];
  const reports = new Map<number, { id: number; render_status: string; url: string; date_published?: string }>();
  let publications = 0;
  async function send<Result>(call: string, execute: () => Result): Promise<Result> {
    const outcome = script.shift() ?? "ok";
    log.push({ call, outcome });
    if (outcome === "rejected") throw new QBenchApiError("rejected", { status: 403, errors: [] });
    if (outcome === "not connected") throw new QBenchConnectionError(request, "connect");
    if (outcome === "lost before") throw new QBenchConnectionError(request, "headers");
    const result = execute();
    if (outcome === "lost after") throw new QBenchConnectionError(request, "headers");
    return result;
  }
  const find = (id: number) => {
    const report = reports.get(id);
    if (!report) throw new Error("The report does not exist.");
    return report;
  };
  const client = {
    reports: {
      create: (items: { report_config_id: number }[]) =>
        send("create", () =>
          items.map(() => {
            const id = reports.size + 1;
            reports.set(id, { id, render_status: "SUCCESSFUL", url: "https://files.example/report.pdf" });
            return { ...find(id) };
          }),
        ),
      get: (id: number) => send("get", () => ({ ...find(id) })),
      publish: (items: { id: number; send_emails?: boolean }[]) =>
        send("publish", () => {
          for (const { id } of items) find(id).date_published = "07/16/2025 02:30 PM";
          publications++;
        }),
    },
  };
  return { client, log, reports, publications: () => publications };
}

const storage = { fetch: async () => new Response("%PDF-"), intervalMs: 1 };

describe("the rules of a delivery", () => {
  it("whatever happens to its requests, a resumed delivery creates one report and publishes it at most once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...outcomes), { maxLength: 12 }), async script => {
        const { client, log, reports, publications } = createFaultyClient(script);
        let resume: ResumeDelivery | undefined;
        for (let run = 0; run < 20; run++) {
          const source = resume ? { resume } : { report: newReport };
          const error = await errorOf(deliverReport(client, { ...source, publish: { send_emails: true }, ...storage }));
          if (!error) break;
          if (!(error instanceof QBenchDeliveryError)) {
            // Only a creation that was not executed may be repeated.
            expect(reports.size).toBe(0);
            continue;
          }
          if (!error.resume) break;
          resume = JSON.parse(JSON.stringify(error.resume));
        }
        expect(reports.size).toBeLessThanOrEqual(1);
        expect(publications()).toBeLessThanOrEqual(1);
        const publishing = log.filter(({ call }) => call === "publish").map(({ outcome }) => outcome);
        // After a request that may have been executed, no other one follows.
        const last = publishing.findIndex(outcome => outcome !== "rejected" && outcome !== "not connected");
        if (last >= 0) expect(publishing).toHaveLength(last + 1);
      }),
      { numRuns: 500 },
    );
  });

  it("deliverReport refuses to resume a report that was withdrawn or replaced", async () => {
    for (const state of ["WITHDRAWN", "OVERRIDDEN"]) {
      const get = async (id: number) => ({ id, state, render_status: "SUCCESSFUL", url: "https://files.example/7" });
      const client = { reports: { get, create: async (_: object[]) => [] } };
      const error = await errorOf(deliverReport(client, { resume: { reportId: 7 }, ...storage }));
      expect(String(error)).toContain(
        `Delivering report 7 failed. resume: report 7 is ${state}. Done: created. Create another report.`,
      );
      expect(error).toMatchObject({ reportId: 7, reason: "failed" });
      expect(error).not.toHaveProperty("resume");
    }
  });

  it("deliverReport waits again if publishing renders the report again", async () => {
    const states = ["PENDING", "SUCCESSFUL", "PENDING", "PENDING", "SUCCESSFUL"];
    const report = (id: number) => ({ id, render_status: states.shift(), url: "https://files.example/7" });
    const client = {
      reports: {
        create: async (_: { report_config_id: number }[]) => [report(7)],
        get: async (id: number) => report(id),
        publish: async (_: { id: number }[]) => undefined,
      },
    };
    const { bytes } = await deliverReport(client, { report: newReport, publish: {}, ...storage });
    expect(bytes.byteLength).toBe(5);
    expect(states).toEqual([]);
  });

  it("deliverReport does not read a report that is rendered when it is created", async () => {
    const { client, log } = createFaultyClient([]);
    await deliverReport(client, { report: newReport, ...storage });
    expect(log.map(({ call }) => call)).toEqual(["create"]);
  });

  it("deliverReport publishes a new report although QBench has published it by itself", async () => {
    const { client, log, publications } = createFaultyClient([]);
    const create = async (items: { report_config_id: number }[]) => {
      const created = await client.reports.create(items);
      await client.reports.publish(created);
      return created.map(report => ({ ...report, date_published: "07/16/2025 02:30 PM" }));
    };
    const publishing = { reports: { ...client.reports, create } };
    await deliverReport(publishing, { report: newReport, publish: { send_emails: true }, ...storage });
    expect(publications()).toBe(2);
    expect(log.map(({ call }) => call)).toEqual(["create", "publish", "publish", "get"]);
  });

  it("deliverReport cannot tell whether it published a new report that QBench has published by itself", async () => {
    const { client } = createFaultyClient(["lost before"]);
    const report = { id: 7, render_status: "SUCCESSFUL", url: "https://files.example/7", date_published: "2026-07-01" };
    const create = async (_: { report_config_id: number }[]) => [report];
    const published = { reports: { ...client.reports, create, get: async () => report } };
    const error = await errorOf(deliverReport(published, { report: newReport, publish: {}, ...storage }));
    expect(error).toMatchObject({ resume: { reportId: 7, publishing: "unknown" } });
  });

  it("a delivery names its steps although the client throws the error of ignored fields after each write", async () => {
    const { client, publications } = createFaultyClient([]);
    const ignored = (call: string) => new QBenchIgnoredFieldsError(call, [{ id: 1, fields: ["note"] }], []);
    const create = async (items: { report_config_id: number }[]) => {
      await client.reports.create(items);
      throw ignored("reports.create");
    };
    const publish = async (items: { id: number }[]) => {
      await client.reports.publish(items);
      throw ignored("reports.publish");
    };
    const creating = { reports: { ...client.reports, create } };
    const error = await errorOf(deliverReport(creating, { report: newReport, ...storage }));
    expect(error).toBeInstanceOf(QBenchDeliveryError);
    expect(String(error)).toContain("QBench may have created the report: look for it before you create another one.");
    const publishing = { reports: { ...client.reports, publish } };
    const { report } = await deliverReport(publishing, { resume: { reportId: 1 }, publish: {}, ...storage });
    expect(report.date_published).toBeDefined();
    expect(publications()).toBe(1);
  });

  it("a creation whose response has no report may have created one", async () => {
    const { client } = createFaultyClient([]);
    const create = async (_: { report_config_id: number }[]): Promise<{ id: number }[]> => [];
    const error = await errorOf(deliverReport({ reports: { ...client.reports, create } }, { report: newReport }));
    expect(error).toBeInstanceOf(QBenchDeliveryError);
    expect(String(error)).toContain("The response to the creation has no report. QBench may have created the report");
  });

  it("a publishing that was found by its date is certain for the rest of the delivery", async () => {
    const rejecting = { ...storage, fetch: async () => new Response("", { status: 403 }) };
    for (const script of [
      ["ok", "lost after"],
      ["ok", "ok"],
    ] satisfies Outcome[][]) {
      const { client } = createFaultyClient(script);
      const error = await errorOf(deliverReport(client, { report: newReport, publish: {}, ...rejecting }));
      expect(error).toMatchObject({ steps: ["created", "rendered", "published"] });
      const resume = { reportId: 1, publishing: "unknown" } as const;
      const again = await errorOf(deliverReport(client, { resume, publish: {}, ...rejecting }));
      for (const each of [error, again]) expect(each).toMatchObject({ resume: { reportId: 1 } });
      for (const each of [error, again]) expect(each).not.toHaveProperty("resume.publishing");
    }
  });

  it("a delivery reads the report after a publishing of unknown outcome only, and keeps the error of the publishing", async () => {
    const lost = createFaultyClient(["ok", "lost before", "rejected"]);
    const unknown = await errorOf(deliverReport(lost.client, { report: newReport, publish: {}, ...storage }));
    expect(unknown).toMatchObject({ cause: expect.any(QBenchConnectionError) });
    expect(lost.log.map(({ call }) => call)).toEqual(["create", "publish", "get"]);
    const rejected = createFaultyClient(["ok", "rejected"]);
    await errorOf(deliverReport(rejected.client, { report: newReport, publish: {}, ...storage }));
    expect(rejected.log.map(({ call }) => call)).toEqual(["create", "publish"]);
  });

  it("a delivery waits for a slow report as long as timeoutMs allows, and reads it every intervalMs", async () => {
    vi.useFakeTimers();
    const startedAt = Date.now();
    let reads = 0;
    const url = "https://files.example/7";
    const reports = {
      create: async (_: { report_config_id: number }[]) => [{ id: 7, render_status: "PENDING", url }],
      async get() {
        reads++;
        return { id: 7, render_status: Date.now() - startedAt < 350_000 ? "PENDING" : "SUCCESSFUL", url };
      },
    };
    const options = { fetch: storage.fetch, intervalMs: 20_000, timeoutMs: 400_000 };
    const delivering = deliverReport({ reports }, { report: newReport, ...options });
    await vi.advanceTimersByTimeAsync(399_000);
    expect((await delivering).report.id).toBe(7);
    expect(reads).toBeGreaterThan(350 / 25);
    expect(reads).toBeLessThan(400 / 15);
  });

  it("an abort ends a delivery for good, even if the client ignores its signal", async () => {
    for (const call of ["create", "publish"] as const) {
      const { client, log } = createFaultyClient(call === "publish" ? ["ok", "lost before"] : []);
      const controller = new AbortController();
      const steps: string[] = [];
      const ignoring = {
        reports: {
          ...client.reports,
          [call]: async (items: never) => {
            controller.abort();
            await nextMacrotask();
            return client.reports[call](items);
          },
        },
      };
      const { signal } = controller;
      const onProgress = ({ step }: { step: string }) => void steps.push(step);
      const options = { publish: {}, ...storage, signal, onProgress };
      const error = await errorOf(deliverReport(ignoring, { report: newReport, ...options }));
      expect(error).toMatchObject({ reason: "aborted" });
      const before = [...steps];
      await nextMacrotask();
      await nextMacrotask();
      expect(log.at(-1)?.call).toBe(call);
      expect(steps).toEqual(before);
    }
  });

  it("deliverReport repeats a download if the report has no URL yet, or if the file is too short", async () => {
    const urls = [null, "https://files.example/1", "https://files.example/2"];
    const report = (id: number) => ({ id, render_status: "SUCCESSFUL", url: urls.shift() ?? null });
    const client = {
      reports: {
        create: async (_: { report_config_id: number }[]) => [report(7)],
        get: async (id: number) => report(id),
      },
    };
    const downloaded: string[] = [];
    const fetch = async ({ url }: Request) => {
      downloaded.push(url);
      return new Response("%PDF-", { headers: { "Content-Length": url.endsWith("1") ? "6" : "5" } });
    };
    const { bytes } = await deliverReport(client, { report: newReport, fetch, intervalMs: 1 });
    expect(bytes.byteLength).toBe(5);
    expect(downloaded).toEqual(["https://files.example/1", "https://files.example/2"]);
  });

  it("errors and rejections of onProgress do not fail a delivery", async () => {
    const { client } = createFaultyClient([]);
    const throwing = (): never => {
      throw new Error("The listener failed.");
    };
    await deliverReport(client, { report: newReport, ...storage, onProgress: throwing });
    await deliverReport(client, { report: newReport, ...storage, onProgress: async () => throwing() });
  });

  it("deliverReport sends nothing if an option cannot be right, or if its signal is aborted", async () => {
    const { client, requests } = createTestClient();
    const { create, get } = client.reports;
    const unpublishing = { reports: { create, get } };
    const cases: [deliver: () => Promise<unknown>, message: string][] = [
      [() => deliverReport(client, {} as never), "deliverReport: report_config_id is missing. QBench requires it."],
      [
        () => deliverReport(client, { report: { test_ids: [5] } as never }),
        "deliverReport: report_config_id is missing. QBench requires it.",
      ],
      [() => deliverReport(client, { resume: { reportId: 0 } }), "deliverReport: resume.reportId"],
      [() => deliverReport(client, { resume: { reportId: 1.5 } }), "deliverReport: resume.reportId"],
      [() => deliverReport(client, { report: newReport, timeoutMs: 0 }), "timeoutMs must be a number"],
      [() => deliverReport(client, { report: newReport, intervalMs: 2 ** 31 }), "intervalMs must be a number"],
      [
        () => deliverReport(unpublishing, { report: newReport, publish: {} }),
        "deliverReport: the client has no reports.publish. Leave out the option publish.",
      ],
    ];
    for (const [deliver, message] of cases) {
      const error = await errorOf(deliver());
      expect(error).toBeInstanceOf(QBenchInputError);
      expect(String(error)).toContain(message);
    }
    const reason = new Error("The service stops");
    const signal = AbortSignal.abort(reason);
    await expect(deliverReport(client, { report: newReport, signal })).rejects.toBe(reason);
    await expect(deliverReport(client, { resume: { reportId: 7 }, signal })).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });

  it("deliverReport times out in each step, and leaves no timer and no listener", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const hangs = (): Promise<never> => new Promise(() => {});
    const report = { id: 7, render_status: "SUCCESSFUL", url: "https://files.example/7" };
    const working = {
      create: async (_: { report_config_id: number }[]) => [report],
      get: async (_: number) => report,
      publish: async (_: { id: number }[]) => undefined,
    };
    const controller = new AbortController();
    const listeners = countListeners(controller.signal);
    for (const [broken, steps, resume] of [
      [{ create: hangs }, [], undefined],
      [{ create: async () => [{ ...report, render_status: "PENDING" }], get: hangs }, ["created"], { reportId: 7 }],
      [{ publish: hangs }, ["created", "rendered"], { reportId: 7, publishing: "unknown" }],
      [{ fetch: hangs }, ["created", "rendered", "published"], { reportId: 7 }],
    ] as const) {
      const client = { reports: { ...working, ...broken } };
      const { fetch } = { ...storage, ...broken };
      const options = { publish: {}, timeoutMs: 5000, fetch, signal: controller.signal };
      const delivering = errorOf(deliverReport(client, { report: newReport, ...options }));
      await vi.advanceTimersByTimeAsync(4999);
      await nextMacrotask();
      await vi.advanceTimersByTimeAsync(1);
      const error = await delivering;
      expect(error).toBeInstanceOf(QBenchDeliveryError);
      expect(error).toMatchObject({ reason: "timeout", steps, cause: { name: "TimeoutError" } });
      expect(error instanceof QBenchDeliveryError && error.resume).toEqual(resume);
      expect(String(error)).toContain("It took longer than 5000 ms (timeoutMs).");
      expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
    }
  });

  it("an error class that the reason of an abort happens to have does not make publishing certain", async () => {
    const { client } = createFaultyClient([]);
    const controller = new AbortController();
    const { signal } = controller;
    const publish = (_: { id: number }[], options?: { signal?: AbortSignal }) => {
      controller.abort(new QBenchInputError("The service stops."));
      return Promise.reject(options?.signal?.reason);
    };
    const aborting = { reports: { ...client.reports, publish } };
    const error = await errorOf(deliverReport(aborting, { report: newReport, publish: {}, ...storage, signal }));
    expect(error).toMatchObject({ reason: "aborted", resume: { reportId: 1, publishing: "unknown" } });
  });

  it("deliverReport is typed by the client's document", () => {
    const { client } = createTestClient();
    // @ts-expect-error the template is missing
    expectTypeOf(() => deliverReport(client, { report: { test_id: 5 } })).toBeFunction();
    // @ts-expect-error the field does not exist
    expectTypeOf(() => deliverReport(client, { report: { ...newReport, testId: 5 } })).toBeFunction();
    // @ts-expect-error the field of the request to publish does not exist
    expectTypeOf(() => deliverReport(client, { report: newReport, publish: { sendEmails: true } })).toBeFunction();
    // @ts-expect-error deliverReport knows the id
    expectTypeOf(() => deliverReport(client, { report: newReport, publish: { id: 7 } })).toBeFunction();
    // @ts-expect-error a resumed delivery creates no report
    expectTypeOf(() => deliverReport(client, { report: newReport, resume: { reportId: 7 } })).toBeFunction();
    // @ts-expect-error neither a report nor resume
    expectTypeOf(() => deliverReport(client, { publish: {} })).toBeFunction();
    const other = createQBenchClient<{ "/things": { get: { responses: { 200: { content: never } } } } }>({
      baseUrl: "https://lab.example",
      ...credentials(),
    });
    // @ts-expect-error the document has no reports
    expectTypeOf(() => deliverReport(other, { report: newReport })).toBeFunction();
  });
});
