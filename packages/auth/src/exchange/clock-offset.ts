import { readDate } from "../http/http-date.js";

/**
 * Returns how far the server's clock is ahead of ours, in milliseconds, judged by the `Date` header of its response.
 * Returns undefined if both clocks can be right, or if the header is missing or invalid. `Date` has whole seconds, and
 * the server wrote it at some instant between request and response. A response with `Age` was kept in a cache since
 * then, so it says nothing about the clocks.
 *
 * @param sentAt our time when the request was sent, in epoch milliseconds
 * @param receivedAt our time when the response arrived, in epoch milliseconds
 */
export function measureClockOffset(headers: Headers, sentAt: number, receivedAt: number): number | undefined {
  const date = readDate(headers);
  if (date === undefined || headers.has("Age") || (sentAt < date + 1000 && date <= receivedAt)) return undefined;
  return date + 500 - (sentAt + receivedAt) / 2;
}
