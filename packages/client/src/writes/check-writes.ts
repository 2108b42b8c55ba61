import { QBenchInputError } from "@qbench-sdk/auth/internal";
import { isRecord, type SentRecord } from "../check-fields.js";
import { resendAdvice } from "../errors/message.js";
import type { RequestInfo } from "../errors/request-info.js";
import { QBenchResponseError } from "../errors/response-error.js";

/**
 * Returns the records of a write after checking them. QBench is assumed to reject an empty list and an update without
 * an `id` (docs/qbench-api.md §7), so these are not sent.
 *
 * @param method the name of the resource's method, such as `orders.update`, for the message
 * @throws QBenchInputError if the body is not a list of records that can be sent
 */
export function checkRecords(method: string, body: unknown, isUpdate: boolean): SentRecord[] {
  if (!Array.isArray(body) || body.length === 0) {
    throw new QBenchInputError(`${method}: the records must be an array that is not empty, such as [record].`);
  }
  const indexById = new Map<string, number>();
  return body.map((item: unknown, index) => {
    const problem = isRecord(item) ? isUpdate && findIdProblem(item.id, index, indexById) : "is not an object";
    if (problem) throw new QBenchInputError(`${method}: item ${index} ${problem}.`, index);
    return item as SentRecord;
  });
}

/** Returns what is wrong with the id of an update. Adds the id to `indexById`. */
function findIdProblem(id: unknown, index: number, indexById: Map<string, number>): string | undefined {
  if (id === undefined || id === null || id === "") return "has no id";
  const first = indexById.get(String(id));
  indexById.set(String(id), index);
  return first === undefined ? undefined : `has the same id as item ${first}. Merge the two`;
}

/**
 * Checks that the response to a write has one record for each that was sent.
 *
 * @throws QBenchResponseError with the records of the response
 */
export function checkReturned(
  { method, path }: RequestInfo,
  sent: readonly SentRecord[],
  returned: readonly unknown[],
): void {
  const records = returned.filter(isRecord);
  if (records.length === sent.length && records.length === returned.length) return;
  const problem = `the response has ${records.length} of ${sent.length} records`;
  throw new QBenchResponseError(`${method} ${path} failed: ${problem}. ${resendAdvice(method)}`, { records });
}
