import { type ListProgress, type QBenchClient, unwrap, updatedSince } from "@qbench-sdk/client";
import type { TestFilter } from "@qbench-sdk/types";
import type { Run, TestsFile } from "./tests-file.ts";

export interface ExportOptions {
  /** Read everything, not only what has changed. */
  full: boolean;
  /** Ends the export between two pages, with its reason. */
  signal: AbortSignal;
  onProgress: (progress: ListProgress) => void;
}

/**
 * Exports to the file the tests that have changed since the last run began; goes on with that run if it did not come to its
 * end. Each page is written together with the place to go on from, so wherever an export ends, the next one leaves nothing
 * out; what it reads twice is written over itself.
 *
 * @throws what the calls throw; what was read until then is in the file
 */
export async function exportTests(
  client: QBenchClient,
  file: TestsFile,
  { full, signal, onProgress }: ExportOptions,
): Promise<Run> {
  async function read(run: Run, query: TestFilter): Promise<Run> {
    let now = run;
    let { point } = run;
    const tests = client.tests.list(query, {
      ...(point && { cursor: point }),
      signal,
      onProgress(progress) {
        point = progress.cursor;
        onProgress(progress);
      },
    });
    // A page's own point is told once it has been taken: here it is that of the page before.
    for await (const { data } of tests.pages()) now = file.save(now, data, point);
    return now;
  }

  let run = file.unfinishedRun(full) ?? file.beginRun(await serverTime(client, signal), full);
  if (run.list === "changed") {
    run = await read(run, run.since ? updatedSince(run.since) : {});
    run = file.turnTo(run, "deleted");
  }
  // All of them: a test does not say that it is deleted, and it is not known that deleting one is an update of it.
  return file.finish(await read(run, { include_deleted: "DELETED_ONLY" }));
}

/** What time it is for QBench, by the `Date` of an answer; for this machine, if it has none. */
async function serverTime(client: QBenchClient, signal: AbortSignal): Promise<Date> {
  const call = client.GET("/qbench/api/v2/tests", { params: { query: { page_size: 1 } }, signal });
  await unwrap(call);
  const date = Date.parse((await call).response.headers.get("date") ?? "");
  return new Date(Number.isNaN(date) ? Date.now() : date);
}
