import {
  type ListCursor,
  QBenchApiError,
  QBenchListError,
  QBenchResponseError,
  QBenchWriteError,
  type RetryEvent,
} from "@qbench-sdk/client";

/** Far more requests than a read of all pages takes that reads each of them three times. */
export const MAX_REQUESTS = 250;

/** How a read of an odd list ended. A problem is what must not happen, in words. */
export type OddRead =
  | { outcome: "complete" }
  | { outcome: "error"; seen: Set<number>; cursor?: ListCursor }
  | { problem: string };

/**
 * Reads an odd list, and checks how the read ends: with each of the lasting records exactly once, or with an error that
 * says that the list could not be read.
 *
 * @param lasting the ids from 1 to this number belong to records that are there throughout
 * @param countRequests returns the number of requests that the read has sent so far
 */
export async function readOddList(
  list: AsyncIterable<{ id: number }>,
  lasting: number,
  countRequests: () => number,
): Promise<OddRead> {
  const seen = new Set<number>();
  const read = await readInto(seen, list);
  const requests = countRequests();
  if (requests > MAX_REQUESTS) return { problem: `the read took ${requests} requests` };
  return read ?? findMissing(seen, lasting) ?? { outcome: "complete" };
}

/** Reads a list to its end. Returns how the read ended otherwise. */
async function readInto(seen: Set<number>, list: AsyncIterable<{ id: number }>): Promise<OddRead | undefined> {
  try {
    for await (const { id } of list) {
      if (seen.has(id)) return { problem: `the record ${id} was read twice` };
      seen.add(id);
    }
    return undefined;
  } catch (error) {
    const isListError = error instanceof QBenchListError;
    const reason = isListError ? error.cause : error;
    // These reads do not share their limits, so the server can reject one of them at each attempt.
    const isRejected = reason instanceof QBenchApiError && reason.status === 429;
    if (!isRejected && !(reason instanceof QBenchResponseError))
      return { problem: `the read ended with ${String(error)}` };
    if (!isListError && seen.size > 0) return { problem: "the error has no cursor" };
    if (isListError && error.rows !== seen.size)
      return { problem: `the error counts ${error.rows} of ${seen.size} records` };
    return { outcome: "error", seen, ...(isListError && { cursor: error.cursor }) };
  }
}

/** Checks that a read and the read that continued it have all lasting records. */
export function findMissing(seen: ReadonlySet<number>, lasting: number): { problem: string } | undefined {
  const missing = Array.from({ length: lasting }, (_, i) => i + 1).filter(id => !seen.has(id));
  return missing.length === 0 ? undefined : { problem: `${missing.length} records are missing, from ${missing[0]}` };
}

/** Checks that a call that got no record fails, and says that the response was wrong. Returns the problem. */
export async function checkOddRecord(call: Promise<unknown>): Promise<string | undefined> {
  try {
    return `the call resolved to ${JSON.stringify(await call)}`;
  } catch (error) {
    const isTyped = error instanceof QBenchResponseError || error instanceof QBenchApiError;
    return isTyped ? undefined : `the call failed with ${String(error)}`;
  }
}

/** The statuses that the server sends with a `Retry-After` of one second, in an odd form. */
export const oneSecondStatuses: readonly unknown[] = [522, 524];

/** Checks that the client waits for one second, to which it adds up to another one. Returns the problem. */
export const checkOddWait = ({ status, waitMs }: Pick<RetryEvent, "status" | "waitMs">): string | undefined =>
  waitMs < 1000 || waitMs > 2000 ? `the client waits ${waitMs} ms after a ${status} that asks for 1 s` : undefined;

/**
 * Checks the error of a write in several requests whose first response lacks records. None of its records may count as
 * failed or unsent, because the server has created them. Returns the problem.
 */
export function checkOddCreate(error: unknown, chunkSize: number): string | undefined {
  if (!(error instanceof QBenchWriteError)) return `the write failed with ${String(error)}`;
  const ofFirst = error.outcomes.filter(({ start }) => start < chunkSize);
  const count = ofFirst.reduce((sum, outcome) => sum + outcome.count, 0);
  if (count !== chunkSize) return `the outcomes of the first request have ${count} of ${chunkSize} records`;
  const wrong = ofFirst.find(({ state }) => state === "failed" || state === "unsent");
  return wrong && `created records count as ${wrong.state}`;
}
