import { type ListProgress, type QBenchClient, unwrap, updatedSince } from "@qbench-sdk/client";
import type { TestFilter } from "@qbench-sdk/types";
import type { Run, TestsFile } from "./tests-file.ts";

export interface ExportOptions {
  /** Whether to read all tests, not only the changes. */
  full: boolean;
  /** Ends the export between two pages, with the signal's reason. */
  signal: AbortSignal;
  onProgress: (progress: ListProgress) => void;
}

/**
 * Exports the tests that have changed since the last run began, or resumes that run if it was interrupted.
 *
 * Each page is saved together with the cursor to resume from. So an interrupted export never skips a test. Tests that
 * are read twice are overwritten.
 *
 * @throws the errors of the client and the file. The tests read so far are in the file.
 */
export async function exportTests(
  client: QBenchClient,
  file: TestsFile,
  { full, signal, onProgress }: ExportOptions,
): Promise<Run> {
  async function readList(run: Run, query: TestFilter): Promise<Run> {
    let current = run;
    let { cursor } = run;
    const tests = client.tests.list(query, {
      ...(cursor && { cursor }),
      signal,
      onProgress(progress) {
        cursor = progress.cursor;
        onProgress(progress);
      },
    });
    // The client reports a page's cursor when the next page is requested. So `cursor` is still that of the page before.
    for await (const { data } of tests.pages()) current = file.save(current, data, cursor);
    return current;
  }

  let run = file.findUnfinishedRun(full) ?? file.beginRun(await serverTime(client, signal), full);
  if (run.list === "changed") {
    run = await readList(run, run.since ? updatedSince(run.since) : {});
    run = file.startList(run, "deleted");
  }
  // Reads all deleted tests. A test does not say that it is deleted, and deleting may not count as an update.
  return file.finish(await readList(run, { include_deleted: "DELETED_ONLY" }));
}

/** Returns QBench's time, from the `Date` header of a response, or this machine's time if that header is missing. */
async function serverTime(client: QBenchClient, signal: AbortSignal): Promise<Date> {
  const call = client.GET("/qbench/api/v2/tests", { params: { query: { page_size: 1 } }, signal });
  await unwrap(call);
  const date = Date.parse((await call).response.headers.get("date") ?? "");
  return new Date(Number.isNaN(date) ? Date.now() : date);
}
