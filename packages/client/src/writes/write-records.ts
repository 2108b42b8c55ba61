import type { CallOptions } from "../call-options.js";
import type { SentRecord } from "../check-fields.js";
import { QBenchIgnoredFieldsError } from "../errors/ignored-fields-error.js";
import { QBenchInputError } from "../errors/input-error.js";
import { type FieldsIgnoredEvent, notify } from "../events.js";
import { checkRecords } from "./check-writes.js";
import { findDrops } from "./find-ignored-fields.js";
import { writeInChunks } from "./write-in-chunks.js";

/** Options of the methods that write a list of records. */
export interface WriteOptions extends CallOptions {
  /** Maximum number of records in one request. Default 100. */
  chunkSize?: number;
  /**
   * What to do if the returned record lacks a field that was sent, or has another value in it. QBench silently ignores
   * unknown fields (docs/qbench-api.md §5.2). `"event"`, the default, reports them to `onEvent`. `"error"` throws a
   * `QBenchIgnoredFieldsError`. `"ignore"` turns the comparison off.
   */
  onIgnoredFields?: "event" | "error" | "ignore";
}

export interface ListWrite {
  /** What messages call it, such as `orders.update`. */
  name: string;
  method: string;
  path: string;
  /** Whether the answered records have every field that can be sent. */
  isEchoed: boolean;
  send(chunk: SentRecord[]): Promise<unknown>;
  onEvent: ((event: FieldsIgnoredEvent) => void) | undefined;
}

const defaultChunkSize = 100;

/** Writes a list of records, and looks into the answer for what was dropped. */
export async function writeRecords(write: ListWrite, body: unknown, options: WriteOptions = {}): Promise<unknown[]> {
  const { name, method, path, isEchoed, onEvent } = write;
  const { chunkSize = defaultChunkSize, onIgnoredFields = "event", signal } = options;
  const isUpdate = method === "PATCH";
  const items = checkRecords(name, body, isUpdate);
  if (!(Number.isInteger(chunkSize) && chunkSize > 0)) throw new QBenchInputError(`${name}: chunkSize is 1 or more`);
  const looks = isEchoed && (onIgnoredFields === "error" || (onIgnoredFields === "event" && onEvent !== undefined));

  const send = async (chunk: SentRecord[]): Promise<unknown[]> => {
    const data = await write.send(chunk);
    const records = Array.isArray(data) ? data : [];
    // An answer without records tells nothing of them.
    const drops = looks && Array.isArray(data) ? findDrops(chunk, records, isUpdate) : [];
    if (drops.length > 0 && onIgnoredFields === "error") throw new QBenchIgnoredFieldsError(name, drops, records);
    for (const drop of drops) notify(onEvent, { type: "fields-ignored", method, path, ...drop });
    return records;
  };
  return writeInChunks(name, items, chunkSize, send, signal);
}
