import { assertWholeNumber, QBenchInputError } from "@qbench-sdk/auth/internal";
import type { CallOptions } from "../call-options.js";
import type { SentRecord } from "../check-fields.js";
import { QBenchIgnoredFieldsError } from "../errors/ignored-fields-error.js";
import { type FieldsIgnoredEvent, notify } from "../events.js";
import { checkRecords, checkReturned } from "./check-writes.js";
import { findIgnoredFields } from "./find-ignored-fields.js";
import { warnOfIgnoredFields } from "./warn-of-ignored-fields.js";
import { writeInChunks } from "./write-in-chunks.js";

/**
 * What to do if the returned record lacks a field that was sent, or has another value in it. QBench silently ignores
 * unknown fields (docs/qbench-api.md §5.2).
 *
 * - `"warn"` writes one `console.warn` for each field of a resource, once in a process, with the name of the field. If
 *   `onEvent` is set, the client calls it instead.
 * - `"event"` only calls `onEvent`, for each record.
 * - `"throw"` throws a `QBenchIgnoredFieldsError`.
 * - `"off"` turns the comparison off.
 */
export type IgnoredFieldsMode = "warn" | "event" | "throw" | "off";

const ignoredFieldsModes: readonly unknown[] = ["warn", "event", "throw", "off"] satisfies IgnoredFieldsMode[];

/** Configures a method that writes a list of records. */
export interface WriteOptions extends CallOptions {
  /** Maximum number of records in one request. Default 100. */
  chunkSize?: number;
  /** What to do if QBench ignores fields. Default: the client's option `onIgnoredFields`, or else `"warn"`. */
  onIgnoredFields?: IgnoredFieldsMode;
}

/** How a client reports ignored fields, unless the options of a method say otherwise. */
export interface IgnoredFieldsReporting {
  onEvent?: ((event: FieldsIgnoredEvent) => void) | undefined;
  onIgnoredFields?: IgnoredFieldsMode | undefined;
}

/** Describes a method that writes a list of records. */
export interface ListWrite extends IgnoredFieldsReporting {
  /** The method's name in messages, such as `orders.update`. */
  name: string;
  method: string;
  path: string;
  /** True if the returned records have every field that can be sent, so that they can be compared. */
  isEchoed: boolean;
  /** Sends records in one request and returns those of the response. */
  send(chunk: SentRecord[]): Promise<unknown[]>;
}

export const DEFAULT_CHUNK_SIZE = 100;

/**
 * Writes a list of records in chunks, and reports the fields that QBench ignored.
 *
 * @throws QBenchInputError if the records or the options cannot be right; nothing was sent
 * @throws QBenchWriteError if one of several requests fails, or if a successful response lacks the records that were
 * sent; otherwise, a single request throws its own error
 * @throws QBenchIgnoredFieldsError if fields were ignored and `onIgnoredFields` is `"throw"`
 */
export async function writeRecords(write: ListWrite, body: unknown, options: WriteOptions = {}): Promise<unknown[]> {
  const { name, method, path, isEchoed, onEvent } = write;
  const { chunkSize = DEFAULT_CHUNK_SIZE, onIgnoredFields = write.onIgnoredFields ?? "warn", signal } = options;
  const isUpdate = method === "PATCH";
  const items = checkRecords(name, body, isUpdate);
  assertWholeNumber(`${name}: chunkSize`, chunkSize);
  checkIgnoredFieldsMode(name, onIgnoredFields);
  const compares = isEchoed && onIgnoredFields !== "off" && !(onIgnoredFields === "event" && onEvent === undefined);

  const send = async (chunk: SentRecord[]): Promise<unknown[]> => {
    const records = await write.send(chunk);
    checkReturned(write, chunk, records);
    const ignored = compares ? findIgnoredFields(chunk, records, isUpdate) : [];
    if (ignored.length > 0 && onIgnoredFields === "throw") throw new QBenchIgnoredFieldsError(name, ignored, records);
    if (onEvent === undefined) warnOfIgnoredFields(name, ignored);
    else for (const each of ignored) notify(onEvent, { type: "fields-ignored", method, path, ...each });
    return records;
  };
  return writeInChunks(name, items, chunkSize, send, signal);
}

/**
 * Checks a value of the option `onIgnoredFields`.
 *
 * @param owner what has the option, for the message
 * @throws QBenchInputError for any other value
 */
export function checkIgnoredFieldsMode(owner: string, mode: unknown): void {
  if (ignoredFieldsModes.includes(mode)) return;
  throw new QBenchInputError(`${owner}: onIgnoredFields must be "warn", "event", "throw" or "off".`);
}
