import { sanitizeText } from "@qbench-sdk/auth/internal";
import { type PollOptions, poll } from "../poll.js";
import { findRejectedCells, hide } from "./find-rejected-cells.js";
import type { WorksheetOutcome } from "./worksheet-error.js";
import type { CompareCells, WorksheetClient, WorksheetData, WorksheetPatch } from "./worksheet-types.js";

/** A test whose cells were sent. */
export interface SentPatch {
  patch: WorksheetPatch;
  /** The error of the request that sent the cells, if it is not known whether QBench executed it. */
  writeError?: unknown;
}

/** Leaves half of the tenant's concurrent requests to other work. */
const MAX_CONCURRENT_READS = 5;

/**
 * Reads worksheets until each is processed, and compares their cells with those that were sent. All that are left are
 * read in rounds, with growing waits in between.
 *
 * @returns the outcome of each test, by id
 * @throws the signal's reason if it aborts
 */
export async function readBack<Data extends WorksheetData>(
  client: WorksheetClient<Data>,
  sent: readonly SentPatch[],
  options: PollOptions & { isSame: CompareCells; onDone(): void },
): Promise<Map<number, WorksheetOutcome<Data>>> {
  const outcomes = new Map<number, WorksheetOutcome<Data>>();
  let waiting = sent;

  const readOne = async (each: SentPatch, signal: AbortSignal): Promise<boolean> => {
    const { patch } = each;
    const previous = outcomes.get(patch.id);
    let data: Data | undefined;
    let outcome: WorksheetOutcome<Data>;
    try {
      data = await client.tests.worksheetData(patch.id, undefined, { signal });
      outcome = judge(each, data, options.isSame);
    } catch (error) {
      // The wait is over, so that what is known of this test stays.
      if (signal.aborted) throw error;
      outcome = { id: patch.id, state: "unknown", error: each.writeError ?? error };
    }
    outcomes.set(patch.id, outcome);
    if (outcome.state === "accepted") return true;
    // The server may set the flags shortly after its response, so a problem counts if the next round finds it again.
    return outcome.state === previous?.state && outcome.state !== "unprocessed" && data?.worksheet_processed !== false;
  };

  const round = async (signal: AbortSignal): Promise<true | undefined> => {
    const left: SentPatch[] = [];
    const queue = waiting.values();
    const work = async (): Promise<void> => {
      for (const each of queue) {
        if (await readOne(each, signal)) options.onDone();
        else left.push(each);
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT_READS }, work));
    waiting = left;
    return left.length === 0 ? true : undefined;
  };

  const timeout = new Error("The wait is over.");
  await poll(round, options, () => timeout).catch((error: unknown) => {
    if (error !== timeout) throw error;
  });
  for (const { patch, writeError } of sent) {
    if (outcomes.has(patch.id)) continue;
    const { id } = patch;
    outcomes.set(
      id,
      writeError === undefined ? { id, state: "unprocessed" } : { id, state: "unknown", error: writeError },
    );
  }
  return outcomes;
}

/** Returns the outcome that the worksheet of a test shows now. */
function judge<Data extends WorksheetData>(
  { patch, writeError }: SentPatch,
  data: Data,
  isSame: CompareCells,
): WorksheetOutcome<Data> {
  const { id } = patch;
  const cells = findRejectedCells(patch, data.worksheet_data, isSame);
  if (cells.length > 0 && writeError !== undefined) return { id, state: "unknown", error: writeError };
  if (data.worksheet_processed_error === true) {
    const reason: unknown = data.worksheet_processed_error_msg;
    const message = typeof reason === "string" ? sanitizeText(reason) : "";
    return hide({ id, state: "processing_failed" as const, message }, { data });
  }
  if (data.worksheet_processed === false) return { id, state: "unprocessed" };
  return cells.length === 0
    ? hide({ id, state: "accepted" as const }, { data })
    : hide({ id, state: "incomplete" as const, cells }, { data });
}
