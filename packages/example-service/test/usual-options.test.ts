import { describe, it } from "vitest";
import { compile, usualOptions } from "./support/compile.ts";

const program = `
import { createQBenchClient, type DatedQBenchClient, type QBenchClient } from "@qbench-sdk/client";
import { type MirroredRecord, type MirrorStore, syncList } from "@qbench-sdk/client/mirror";
import { deliverReport, latestReport, type ResumeDelivery } from "@qbench-sdk/client/reports";
import { writeBatchWorksheets, writeWorksheets } from "@qbench-sdk/client/worksheets";

export async function useClient(
  client: QBenchClient,
  store: MirrorStore<MirroredRecord<QBenchClient, "tests">>,
  resume?: ResumeDelivery,
): Promise<(string | null | undefined)[]> {
  const source = resume ? { resume } : { report: { report_config_id: 1, test_ids: [5] } };
  const { report } = await deliverReport(client, { ...source, publish: { send_emails: true } });
  const latest = await latestReport(client.orders, 7, { report_config_levels: ["order"] });
  await writeWorksheets(client, [{ id: 5, cells: { ph: "7.1" } }]);
  await writeBatchWorksheets(client, 7, ({ sample_id }) => (sample_id ? { ph: "7.1" } : undefined));
  const dates = [report.date_published, latest?.date_generated];
  for await (const change of syncList(client, "tests", store)) {
    if (change.type !== "deleted") dates.push(change.record.complete_date);
  }
  return dates;
}

export async function useDates(
  client: DatedQBenchClient,
  store: MirrorStore<MirroredRecord<DatedQBenchClient, "tests">>,
  resume?: ResumeDelivery,
): Promise<(Date | null | undefined)[]> {
  const { report } = await deliverReport(client, resume ? { resume } : { report: { report_config_id: 1 } });
  const latest = await latestReport(client.orders, 7);
  await writeWorksheets(client, [{ id: 5, cells: { ph: "7.1" } }]);
  await writeBatchWorksheets(client, 7, ({ sample_id }) => (sample_id ? { ph: "7.1" } : undefined));
  const dates = [report.date_published, latest?.date_generated];
  for await (const change of syncList(client, "tests", store)) {
    if (change.type !== "deleted") dates.push(change.record.complete_date);
  }
  return dates;
}

const client = createQBenchClient();
// @ts-expect-error the template is missing
await deliverReport(client, { report: { test_ids: [5] } });
// @ts-expect-error the field does not exist
await deliverReport(client, { report: { report_config_id: 1, testIds: [5] } });
// @ts-expect-error neither a report nor resume
await deliverReport(client, { publish: {} });
// @ts-expect-error these records have other dates
syncList(createQBenchClient({ dates: "Date" }), "tests", {} as MirrorStore<MirroredRecord<QBenchClient, "tests">>);
`;

describe("the subpaths of the client", () => {
  it.each([{}, { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }])(
    "the subpaths of the client compile in a program with TypeScript's usual options and %j",
    async options => {
      await compile([program], { compilerOptions: { ...usualOptions, ...options } });
    },
  );
});
