import type { Report } from "@qbench-sdk/types";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { formatDateTime, QBenchApiError, QBenchInputError, QBenchResponseError } from "../../src/index.js";
import { type ListedReport, latestReport } from "../../src/reports/reports.js";
import { createTestClient } from "../support/laboratory.js";

/** Creates a resource whose record has these reports, whatever the filter. */
const resourceWith = (reports: ListedReport[]) => ({
  async *reports(_id: number, _filter?: { statuses?: string[] }) {
    yield* reports;
  },
});

const successful = { render_status: "SUCCESSFUL", state: "PUBLISHED" };

describe("latestReport", () => {
  it("latestReport finds the latest of many reports over HTTP, and requests only successful ones", async () => {
    let now = Date.UTC(2026, 6, 1);
    const { client, sent, emulator } = createTestClient({
      clock: { now: () => now },
      limits: { requests: 1000 },
      rendering: { pendingReads: 0 },
    });
    const created = Array.from({ length: 120 }, () => ({ report_config_id: 1, test_id: 5 }));
    const reports = await client.reports.create(created, { chunkSize: 120 });
    now += 60_000;
    const [newest] = await client.reports.create([{ report_config_id: 1, test_id: 5 }]);
    sent().length = 0;
    const before = emulator.stats.apiCalls;
    const latest = await latestReport(client.tests, 5);
    expectTypeOf(latest).toEqualTypeOf<Report | undefined>();
    expect(latest?.id).toBe(newest?.id);
    expect(reports.map(({ id }) => id)).not.toContain(latest?.id);
    expect(sent().at(-1)).toContain("report_render_statuses=SUCCESSFUL");
    expect(emulator.stats.apiCalls - before).toBeLessThanOrEqual(6);
  });

  it("latestReport takes one request for up to one page of reports, and accepts a dated client", async () => {
    const { client, sent } = createTestClient({ rendering: { pendingReads: 0 } }, {});
    const dated = createTestClient({ rendering: { pendingReads: 0 } }, {});
    expect(dated.client).toBeDefined();
    const [report] = await client.reports.create([{ report_config_id: 1, test_id: 5 }]);
    const before = sent().length;
    expect((await latestReport(client.tests, 5))?.id).toBe(report?.id);
    expect(sent()).toHaveLength(before + 1);
  });
});
void [fc, formatDateTime, QBenchApiError, QBenchInputError, QBenchResponseError, resourceWith, successful];
