import { type DatedQBenchClient, dateRange, type WithDates } from "@qbench-sdk/client";
import type { Sample } from "@qbench-sdk/types";

const DAY_MS = 86_400_000;

/** Returns the samples that were received on a day of the laboratory's calendar, such as `2026-03-08`. */
export async function receivedOn(
  client: DatedQBenchClient,
  day: string,
  timeZone: string,
): Promise<WithDates<Sample>[]> {
  const start = Date.parse(`${day}T00:00:00Z`);
  // The filter takes days in UTC. Each day of the laboratory lies within three of them.
  const days = dateRange("date_received", { from: new Date(start - DAY_MS), to: new Date(start + DAY_MS) });
  const samples = await client.samples.list(days).toArray();
  return samples.filter(({ date_received }) => date_received && toLocal(date_received, timeZone).startsWith(day));
}

/** Returns a time as the clocks of the laboratory show it: `2026-03-08 14:30:00`. */
export function toLocal(date: Date, timeZone: string): string {
  return date.toLocaleString("sv-SE", { timeZone });
}

/**
 * Returns the date of a time on the clocks of the laboratory. When clocks are set back, an hour occurs twice: this is
 * the first one. The hour that clocks skip is an error.
 */
export function fromLocal(local: string, timeZone: string): Date {
  const asUtc = (text: string): number => Date.parse(`${text.replace(" ", "T")}Z`);
  const offset = (time: number): number => asUtc(toLocal(new Date(time), timeZone)) - time;
  const time = asUtc(local);
  const dates = [-DAY_MS, DAY_MS].map(distance => new Date(time - offset(time + distance)));
  const date = dates.find(each => toLocal(each, timeZone) === local);
  if (!date) throw new RangeError(`${local} does not exist in ${timeZone}.`);
  return date;
}
