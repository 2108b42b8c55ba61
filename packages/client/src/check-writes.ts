import { QBenchInputError } from "./input-error.js";

export type SentRecord = Readonly<Record<string, unknown>>;

/** Whether records can be sent: an empty list or an item without its `id` is not worth a call (facts 7). */
export function checkRecords(call: string, body: unknown, isUpdate: boolean): SentRecord[] {
  if (!Array.isArray(body)) throw new QBenchInputError(`${call}: takes a list, also of one record`);
  if (body.length === 0) throw new QBenchInputError(`${call}: the list is empty`);
  const seen = new Map<string, number>();
  for (const [index, item] of body.entries()) {
    const refuse = (why: string): never => {
      throw new QBenchInputError(`${call}: item ${index} ${why}`, index);
    };
    if (typeof item !== "object" || item === null || Array.isArray(item)) refuse("is no record");
    if (!isUpdate) continue;
    const { id } = item;
    if (id === undefined || id === null || id === "") refuse("has no id");
    const first = seen.get(String(id));
    if (first !== undefined) refuse(`has the id of item ${first}`);
    seen.set(String(id), index);
  }
  return body;
}
