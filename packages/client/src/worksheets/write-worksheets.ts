import { assertWholeNumber } from "@qbench-sdk/auth/internal";
import { QBenchWriteError, type WriteOutcome } from "../errors/write-error.js";
import { notify } from "../events.js";
import { checkPollOptions } from "../poll.js";
import { isOutcomeUnknown } from "../writes/is-outcome-unknown.js";
import { writeInChunks } from "../writes/write-in-chunks.js";
import { DEFAULT_CHUNK_SIZE } from "../writes/write-records.js";
import { checkPatches } from "./check-patches.js";
import { isSameValue } from "./is-same-value.js";
import { readBack, type SentPatch } from "./read-back.js";
import { QBenchWorksheetError, type WorksheetOutcome } from "./worksheet-error.js";
import type { CellValue, WorksheetClient, WorksheetData, WorksheetOptions, WorksheetPatch } from "./worksheet-types.js";

/**
 * Writes named cells to the dynamic worksheets of tests, waits until QBench has processed them, and reads them back
 * (docs/qbench-api.md §9). Returns the worksheets in the order of the tests. Each test takes at least one request for
 * reading. If it is not known whether QBench executed a write, the cells are not sent again: reading shows whether the
 * worksheets have them.
 *
 * @example
 * ```ts
 * const [worksheet] = await writeWorksheets(client, [{ id: 5, cells: { ph: "7.1", replicates: [["7.0", "7.2"]] } }]);
 * ```
 *
 * @throws QBenchInputError if the tests, their cells or the options cannot be right; nothing was sent
 * @throws QBenchApiError if QBench rejects the only request for writing; nothing was written
 * @throws QBenchWorksheetError if cells were not accepted, or if that is not known. It has the outcome of each test.
 */
export async function writeWorksheets<Data extends WorksheetData>(
  client: WorksheetClient<Data>,
  patches: readonly WorksheetPatch[],
  options?: WorksheetOptions,
): Promise<Data[]> {
  return writePatches("writeWorksheets", client, patches, options);
}

/** @param functionName the name of the public function, for messages */
export async function writePatches<Data extends WorksheetData>(
  functionName: string,
  client: WorksheetClient<Data>,
  patches: readonly WorksheetPatch[],
  options: WorksheetOptions = {},
): Promise<Data[]> {
  const { chunkSize = DEFAULT_CHUNK_SIZE, isSame = isSameValue, onProgress, signal } = options;
  checkPatches(functionName, patches);
  assertWholeNumber(`${functionName}: chunkSize`, chunkSize);
  checkPollOptions(options);

  const progress = { sent: 0, done: 0, total: patches.length };
  const onChunk = (count: number): void => {
    progress.sent += count;
    notify(onProgress, { ...progress });
  };
  const writes = await sendPatches(functionName, client, patches, chunkSize, signal, onChunk);
  const sent = patches.flatMap((patch, index): SentPatch[] => {
    const write = writes[index];
    if (write?.state === "written") return [{ patch }];
    return write?.state === "unknown" ? [{ patch, writeError: write.error }] : [];
  });
  const onDone = (): void => {
    progress.done++;
    notify(onProgress, { ...progress });
  };
  const read = await readBack(client, sent, { ...options, isSame, onDone });

  const outcomes = patches.map(({ id }, index): WorksheetOutcome<Data> => {
    const write = writes[index];
    const unread = write?.state === "failed" ? { id, state: write.state, error: write.error } : undefined;
    return read.get(id) ?? unread ?? { id, state: "unsent" };
  });
  const accepted = outcomes.flatMap(outcome => (outcome.state === "accepted" ? [outcome.data] : []));
  if (accepted.length === outcomes.length) return accepted;
  throw new QBenchWorksheetError(functionName, outcomes);
}

/**
 * Sends the cells of all tests. Returns the outcome of the write of each test.
 *
 * @throws the error of the only request if nothing was written, and the signal's reason if it aborts
 */
async function sendPatches(
  functionName: string,
  client: WorksheetClient<WorksheetData>,
  patches: readonly WorksheetPatch[],
  chunkSize: number,
  signal: AbortSignal | undefined,
  onChunk: (count: number) => void,
): Promise<WriteOutcome[]> {
  const items = patches.map(({ id, cells }) => ({
    id,
    qb_dynamic_spreadsheet_patch: Object.fromEntries(
      Object.entries(cells).map(([name, value]) => [name, toMutable(value)] as const),
    ),
  }));
  let start = 0;
  const send = async ({ length }: readonly unknown[]): Promise<unknown[]> => {
    await client.tests.updateNamedCells(items.slice(start, start + length), { ...(signal && { signal }) });
    start += length;
    onChunk(length);
    return [];
  };
  try {
    await writeInChunks(functionName, items, chunkSize, send, signal);
    return outcomesOfEach([{ start: 0, count: items.length, state: "written", records: [] }]);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof QBenchWriteError) return outcomesOfEach(error.outcomes);
    if (!isOutcomeUnknown(error)) throw error;
    return outcomesOfEach([{ start: 0, count: items.length, state: "unknown", error }]);
  }
}

/** Returns the outcome of each record from those of requests. */
const outcomesOfEach = (outcomes: readonly WriteOutcome[]): WriteOutcome[] =>
  outcomes.flatMap(outcome => Array.from({ length: outcome.count }, () => outcome));

const toMutable = (value: CellValue): string | string[][] =>
  typeof value === "string" ? value : value.map(row => [...row]);
