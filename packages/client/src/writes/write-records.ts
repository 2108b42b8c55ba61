import { QBenchInputError } from "@qbench-sdk/auth/internal";
import type { CallOptions } from "../call-options.js";
import type { SentRecord } from "../check-fields.js";
import { QBenchIgnoredFieldsError } from "../errors/ignored-fields-error.js";
import { type FieldsIgnoredEvent, notify } from "../events.js";
import { checkRecords } from "./check-writes.js";
import { findIgnoredFields } from "./find-ignored-fields.js";
import { writeInChunks } from "./write-in-chunks.js";

/** Configures a method that writes a list of records. */
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

/** Describes a method that writes a list of records. */
export interface ListWrite {
  /** The method's name in messages, such as `orders.update`. */
  name: string;
  method: string;
  path: string;
  /** True if the returned records have every field that can be sent, so that they can be compared. */
  isEchoed: boolean;
  send(chunk: SentRecord[]): Promise<unknown>;
  onEvent: ((event: FieldsIgnoredEvent) => void) | undefined;
}

const DEFAULT_CHUNK_SIZE = 100;

/**
 * Writes a list of records in chunks, and reports the fields that QBench ignored.
 *
 * @throws QBenchInputError if the records or `chunkSize` cannot be right; nothing was sent
 * @throws QBenchWriteError if one of several requests fails; a single request throws its own error
 * @throws QBenchIgnoredFieldsError if fields were ignored and `onIgnoredFields` is `"error"`
 */
export async function writeRecords(write: ListWrite, body: unknown, options: WriteOptions = {}): Promise<unknown[]> {
  const { name, method, path, isEchoed, onEvent } = write;
  const { chunkSize = DEFAULT_CHUNK_SIZE, onIgnoredFields = "event", signal } = options;
  const isUpdate = method === "PATCH";
  const items = checkRecords(name, body, isUpdate);
  if (!(Number.isInteger(chunkSize) && chunkSize > 0)) {
    throw new QBenchInputError(`${name}: chunkSize must be a whole number of at least 1.`);
  }
  const compares = isEchoed && (onIgnoredFields === "error" || (onIgnoredFields === "event" && onEvent !== undefined));

  const send = async (chunk: SentRecord[]): Promise<unknown[]> => {
    const data = await write.send(chunk);
    const records = Array.isArray(data) ? data : [];
    // A response without records says nothing about their fields.
    const ignored = compares && Array.isArray(data) ? findIgnoredFields(chunk, records, isUpdate) : [];
    if (ignored.length > 0 && onIgnoredFields === "error") throw new QBenchIgnoredFieldsError(name, ignored, records);
    for (const each of ignored) notify(onEvent, { type: "fields-ignored", method, path, ...each });
    return records;
  };
  return writeInChunks(name, items, chunkSize, send, signal);
}
