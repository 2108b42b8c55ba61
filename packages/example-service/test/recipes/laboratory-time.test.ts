import { createQBenchClient, formatDateTime } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { fromLocal, receivedOn, toLocal } from "../../src/recipes/laboratory-time.ts";
import { badDay, type Laboratory, runInBriefFailures, runUntilDone, startLaboratory } from "../support/laboratory.ts";

const dated = ({ emulator }: Laboratory) => {
  const [apiClient] = emulator.clients.list();
  const { id: clientId = "", secret: clientSecret = "" } = apiClient ?? {};
  return createQBenchClient({ baseUrl: emulator.url, clientId, clientSecret, limits: false, dates: "Date" });
};

/** Receives samples at times on the clocks of the laboratory. */
async function receiveSamples({ connect }: Laboratory, timeZone: string, times: readonly string[]): Promise<void> {
  await connect().samples.create(
    times.map(time => ({ order_id: 1, lab_id: time, date_received: formatDateTime(fromLocal(time, timeZone)) })),
  );
}

const zones = [
  ["America/Denver", "2026-03-08", "a day of 23 hours"],
  ["America/Denver", "2026-11-01", "a day of 25 hours"],
  ["Pacific/Kiritimati", "2026-05-31", "a day that begins 14 hours before the one in UTC"],
  ["Etc/GMT+12", "2026-12-31", "a day that begins 12 hours after the one in UTC"],
  ["Asia/Kathmandu", "2028-02-29", "an offset of 5:45 hours"],
] as const;

describe("the recipe for time zones", () => {
  it.each(zones)("receivedOn selects the samples of %s on %s, %s", async (timeZone, day) => {
    const laboratory = await startLaboratory();
    const before = toLocal(new Date(fromLocal(`${day} 00:00:00`, timeZone).getTime() - 60_000), timeZone);
    const after = toLocal(new Date(fromLocal(`${day} 23:59:00`, timeZone).getTime() + 60_000), timeZone);
    const during = [`${day} 00:00:00`, `${day} 12:30:00`, `${day} 23:59:00`];
    await receiveSamples(laboratory, timeZone, [before, ...during, after]);
    const samples = await receivedOn(dated(laboratory), day, timeZone);
    expect(samples.map(({ lab_id }) => lab_id)).toEqual(during);
    expect(samples.map(({ date_received: date }) => date && toLocal(date, timeZone))).toEqual(during);
  });

  it("receivedOn selects the samples of a day in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    await receiveSamples(laboratory, "America/Denver", ["2026-03-08 08:00:00", "2026-03-09 08:00:00"]);
    await runInBriefFailures(
      laboratory,
      () => receivedOn(dated(laboratory), "2026-03-08", "America/Denver"),
      samples => expect(samples.map(({ lab_id }) => lab_id)).toEqual(["2026-03-08 08:00:00"]),
    );
  });

  it.each([1, 2, 3])("receivedOn selects the samples of a day on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ seed });
    await receiveSamples(laboratory, "Asia/Tokyo", ["2026-03-08 08:00:00", "2026-03-09 08:00:00"]);
    for (const fault of badDay) laboratory.emulator.faults.add(fault);
    const samples = await runUntilDone(laboratory, () => receivedOn(dated(laboratory), "2026-03-08", "Asia/Tokyo"));
    expect(samples.map(({ lab_id }) => lab_id)).toEqual(["2026-03-08 08:00:00"]);
  });

  it("fromLocal takes the first of two times when clocks are set back, in the west and in the east", () => {
    expect(fromLocal("2026-11-01 01:30:00", "America/Denver").toISOString()).toBe("2026-11-01T07:30:00.000Z");
    expect(fromLocal("2026-10-25 02:30:00", "Europe/Berlin").toISOString()).toBe("2026-10-25T00:30:00.000Z");
    expect(fromLocal("2026-07-01 12:00:00", "Europe/Berlin").toISOString()).toBe("2026-07-01T10:00:00.000Z");
  });

  it("fromLocal rejects a time that clocks skip and a text that is not a time", () => {
    expect(() => fromLocal("2026-03-08 02:30:00", "America/Denver")).toThrow(RangeError);
    expect(() => fromLocal("yesterday", "America/Denver")).toThrow(RangeError);
    expect(() => fromLocal("2026-02-30 02:30:00", "America/Denver")).toThrow(RangeError);
  });
});
