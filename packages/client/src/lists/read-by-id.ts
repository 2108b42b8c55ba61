import { createIdRead, type IdRead, pageOfNewest } from "./id-read.js";
import { countOf, idOf, isAscending, type ListRead, type PageResult, pageCountOf } from "./page-result.js";
import { readOverlapping } from "./read-overlapping.js";
import { readWhileStill } from "./read-while-still.js";

/**
 * Reads a list in the order of ids, up to the record that is the newest at the start. New records get higher ids, so
 * they do not move the others. But if a record leaves the list, or if an older one enters it, all records after it move.
 * One of them can move from an unread page to a page that was already read, and would be missed:
 *
 *     1 2 | 3 4 | 5      page 1 is read
 *     2 3 | 4 5          record 1 is deleted, and page 2 is read: record 3 is missed
 *
 * So the read has two parts:
 *
 * 1. `readWhileStill` reads pages concurrently, and checks that the list stands still: in the example, record 5 was the
 *    fifth and is the fourth now. A list that does not change is read to its end in this way.
 * 2. After a change, `readOverlapping` reads on from the last check. It is slower, and needs no list that stands still.
 *
 * So a part of the list is read twice at most, and each read ends.
 *
 * @returns false if the server does not sort the list, so nothing was yielded
 */
export async function* readById(list: ListRead): AsyncGenerator<PageResult, boolean> {
  const { fetchPage, resumeFrom } = list;
  const newest = await fetchPage({ page: 1, order: "DESC" });
  const { length } = newest.data;
  const claimsMore = pageCountOf(newest) > 1;
  if (length === 0) return Number(newest.total_count) === 0 && !claimsMore;
  if (!isAscending(newest.data.toReversed())) return false;
  const read: IdRead = createIdRead(list, length, idOf(newest.data[0]));
  // A full page proves nothing: the server can count the records of one page only.
  const isWhole = countOf(newest) === length && length < list.pageSize && !claimsMore;
  if (isWhole && (resumeFrom.page === 1 || resumeFrom.after !== undefined)) yield pageOfNewest(read, newest);
  if (isWhole) return true;
  if (resumeFrom.page > 1 && resumeFrom.after === undefined) {
    const first = await fetchPage({ page: resumeFrom.page, order: "ASC" });
    if (first.data.length === 0) return true;
    read.confirmedId = idOf(first.data[0]) - 1;
  }
  const outcome = yield* readWhileStill(read, newest);
  if (outcome === "changed") yield* readOverlapping(read, countOf(newest));
  return outcome !== "unsorted";
}
