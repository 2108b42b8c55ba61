import type { Report } from "@qbench-sdk/types";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { createQBenchClient, formatDateTime, QBenchApiError, QBenchResponseError } from "../../src/index.js";
import { type ListedReport, latestReport } from "../../src/reports/reports.js";
import { createTestClient } from "../support/laboratory.js";

/** Creates a laboratory whose reports are rendered immediately, and a function that creates some at a time. */
function createLaboratory() {
  const start = Date.UTC(2026, 6, 1);
  const clock = { time: start, now: () => clock.time };
  const laboratory = createTestClient({ clock, rendering: { pendingReads: 0 } });
  const { client } = laboratory;
  async function createReports(minute: number, count = 1): Promise<number | undefined> {
    clock.time = start + minute * 60_000;
    const created = await client.reports.create(
      Array.from({ length: count }, () => ({ report_config_id: 1, test_id: 5 })),
    );
    // The emulator renders what is due before it responds to a request.
    await client.teams.list();
    return created.at(-1)?.id;
  }
  return { ...laboratory, createReports };
}

/** Creates a resource whose record has these reports, whatever the filter. */
const resourceWith = (reports: ListedReport[]) => ({
  async *reports(_id: number, _filter?: { statuses?: string[] }) {
    yield* reports;
  },
});

const successful = { render_status: "SUCCESSFUL", state: "PUBLISHED" };

describe("latestReport", () => {
  it("latestReport finds the latest of several pages of reports", async () => {
    const { client, sent, createReports } = createLaboratory();
    await createReports(1, 60);
    const newest = await createReports(2);
    await createReports(0, 60);
    const before = sent().length;
    const latest = await latestReport(client.tests, 5);
    expectTypeOf(latest).toEqualTypeOf<Report | undefined>();
    expect(latest?.id).toBe(newest);
    const requests = sent().slice(before);
    expect(requests.length).toBeLessThanOrEqual(5);
    for (const path of requests) expect(path).toMatch(/^\/tests\/5\/reports\?.*report_render_statuses=SUCCESSFUL/);
  });

  it("latestReport sends one request for up to 50 reports", async () => {
    const { client, sent, createReports } = createLaboratory();
    await createReports(0, 2);
    const before = sent().length;
    await latestReport(client.tests, 5);
    expect(sent()).toHaveLength(before + 1);
  });

  it("latestReport reads the reports of orders and samples, or returns undefined if a record has none", async () => {
    const { client, sent } = createLaboratory();
    const { data } = await client.reports.list({ page_size: 50 });
    const orderId = data.find(({ state, order_id }) => state === "PUBLISHED" && order_id)?.order_id ?? 0;
    const ofOrder = data.filter(({ order_id, state }) => order_id === orderId && state === "PUBLISHED");
    expect(ofOrder.map(({ id }) => id)).toContain((await latestReport(client.orders, orderId))?.id);
    expect(await latestReport(client.samples, 1, { report_config_levels: ["none"], public: true, emailed: true })).toBe(
      undefined,
    );
    expect(sent().at(-1)).toMatch(/^\/samples\/1\/reports\?.*report_config_levels=none&public=true/);
  });

  it("latestReport compares the dates of a client that returns them as Date", async () => {
    const { options, createReports } = createLaboratory();
    await createReports(1);
    const newest = await createReports(2);
    await createReports(0);
    const dated = createQBenchClient({ ...options, dates: "Date" });
    const latest = await latestReport(dated.tests, 5);
    expect(latest?.id).toBe(newest);
    expectTypeOf(latest?.date_generated).toEqualTypeOf<Date | null | undefined>();
    expect(latest?.date_generated).toBeInstanceOf(Date);
  });

  it("latestReport stops with the reason of an aborted signal, and throws the error of a request", async () => {
    const { client, emulator } = createLaboratory();
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(latestReport(client.tests, 5, {}, { signal })).rejects.toBe(reason);
    emulator.faults.add({ on: "api", status: 404 });
    await expect(latestReport(client.tests, 5)).rejects.toThrow(QBenchApiError);
  });

  it("latestReport decides by date_generated in any of its formats, then by id, whatever the order of the list", async () => {
    const start = Date.UTC(2026, 0, 1);
    const formats = [
      (time: number) => formatDateTime(new Date(time)),
      (time: number) => new Date(time).toISOString(),
      (time: number) => time / 1000,
      (time: number) => new Date(time),
    ];
    const date = fc.option(
      fc.tuple(fc.nat(5), fc.constantFrom(...formats)).map(([minute, format]) => ({
        time: start + minute * 60_000,
        date_generated: format(start + minute * 60_000),
      })),
      { nil: { time: Number.NEGATIVE_INFINITY, date_generated: null } },
    );
    const listed = fc.record({
      id: fc.integer({ min: 1, max: 1000 }),
      date,
      render_status: fc.constantFrom("SUCCESSFUL", "SUCCESSFUL", "PENDING", "FAILED"),
      state: fc.constantFrom("PUBLISHED", null, "WITHDRAWN", "OVERRIDDEN"),
    });
    const lists = fc.uniqueArray(listed, { selector: ({ id }) => id, maxLength: 12 });
    const statuses = fc.option(fc.subarray(["PUBLISHED", "WITHDRAWN"], { minLength: 1 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(lists, statuses, async (reports, wanted) => {
        const isWanted = (state: string | null) =>
          wanted ? wanted.some(each => each === state) : state !== "WITHDRAWN" && state !== "OVERRIDDEN";
        const expected = reports
          .filter(({ render_status, state }) => render_status === "SUCCESSFUL" && isWanted(state))
          .toSorted((a, b) => (a.date.time === b.date.time ? a.id - b.id : a.date.time < b.date.time ? -1 : 1))
          .at(-1);
        const resource = resourceWith(reports.map(({ date, ...rest }) => ({ ...rest, ...date })));
        const latest = await latestReport(resource, 1, wanted && { statuses: wanted });
        expect(latest?.id).toBe(expected?.id);
      }),
    );
  });

  it("latestReport throws if a date cannot be parsed, because another report could be the latest", async () => {
    const reports = [
      { id: 7, ...successful, date_generated: "yesterday" },
      { id: 8, ...successful, date_generated: "07/16/2025 02:30 PM" },
    ];
    await expect(latestReport(resourceWith(reports), 1)).rejects.toThrow(
      new QBenchResponseError(
        "latestReport failed: date_generated of report 7 is not a date, so the latest report is unknown.",
      ),
    );
    const other = [{ id: 9, render_status: "FAILED", date_generated: "yesterday" }];
    expect(await latestReport(resourceWith(other), 1)).toBe(undefined);
  });

  it("latestReport decides by the id among the reports of one minute, in whatever order they come", async () => {
    const date_generated = "07/16/2025 02:30 PM";
    const reports = [7, 9, 8].map(id => ({ id, ...successful, date_generated }));
    for (const list of [reports, reports.toReversed()]) expect((await latestReport(resourceWith(list), 1))?.id).toBe(9);
  });

  it("latestReport is typed by the filter of the document, without its pages", () => {
    const { client } = createTestClient();
    // @ts-expect-error the filter does not exist
    expectTypeOf(() => latestReport(client.orders, 7, { date_generated: "2025-01-01" })).toBeFunction();
    // @ts-expect-error all reports are read
    expectTypeOf(() => latestReport(client.orders, 7, { page_num: 2 })).toBeFunction();
    // @ts-expect-error teams have no reports
    expectTypeOf(() => latestReport(client.teams, 7)).toBeFunction();
  });
});
