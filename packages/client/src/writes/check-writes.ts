import { isRecord, type SentRecord } from "../check-fields.js";
import { QBenchInputError } from "../errors/input-error.js";

/** The records, if they can be sent: an empty list, or an item without its `id`, is not worth a call (facts 7). */
export function checkRecords(call: string, body: unknown, isUpdate: boolean): SentRecord[] {
  if (!Array.isArray(body)) throw new QBenchInputError(`${call}: takes a list, also of one record`);
  if (body.length === 0) throw new QBenchInputError(`${call}: the list is empty`);
  const places = new Map<string, number>();
  return body.map((item: unknown, index) => {
    const wrong = isRecord(item) ? isUpdate && wrongId(item.id, index, places) : "is no record";
    if (wrong) throw new QBenchInputError(`${call}: item ${index} ${wrong}`, index);
    return item as SentRecord;
  });
}

function wrongId(id: unknown, index: number, places: Map<string, number>): string | undefined {
  if (id === undefined || id === null || id === "") return "has no id";
  const first = places.get(String(id));
  places.set(String(id), index);
  return first === undefined ? undefined : `has the id of item ${first}`;
}
