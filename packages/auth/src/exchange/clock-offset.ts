/**
 * By how much the server's clock is ahead of ours, in milliseconds, judged by the `Date` of its answer; undefined where
 * both can be right or it doesn't say. `Date` has whole seconds, and was written at some instant while we waited.
 *
 * @param sentAt our time when the request was sent, in epoch milliseconds
 * @param receivedAt our time when the answer came
 */
export function measureClockOffset(headers: Headers, sentAt: number, receivedAt: number): number | undefined {
  const date = Date.parse(headers.get("Date") ?? "");
  if (Number.isNaN(date) || (sentAt < date + 1000 && date <= receivedAt)) return undefined;
  return date + 500 - (sentAt + receivedAt) / 2;
}
