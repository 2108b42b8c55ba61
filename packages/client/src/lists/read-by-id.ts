import { type ListCursor, unstableListError } from "../errors/list-error.js";
import { QBenchResponseError } from "../errors/response-error.js";
import type { Page } from "./listing.js";
import { type FetchPage, idOf, type PageResult } from "./page-result.js";
import { readAhead } from "./read-ahead.js";

/** How many pages are read before a look whether they moved; fewer after they did. No less than are read ahead. */
const LONGEST_STRETCH = 100;
const SHORTEST_STRETCH = 10;
/** So many stretches in a row may be read in vain. */
const MOST_FAILURES = 10;

/** So often the end may be looked for to and fro. */
const MOST_TURNS = 2;

/** The page at the end of a list, from its end. */
export const askNewest = (ask: FetchPage): Promise<Page<unknown>> => ask(1, { sort_by: "id", sort_order: "DESC" });

const askAscending = (ask: FetchPage, page: number, signal?: AbortSignal): Promise<Page<unknown>> =>
  ask(page, { sort_by: "id", sort_order: "ASC" }, signal);

/** Is it what was asked for? A server that does not sort might say nothing. */
export const isNewest = ({ data, total_count }: Page<unknown>): boolean =>
  Number.isInteger(total_count) &&
  data.every((record, index) => Number.isInteger(idOf(record)) && !(idOf(record) >= idOf(data[index - 1])));

/** The page in which the records up to a certain id end, and how many these are: one answer tells both. */
interface Look {
  page: Page<unknown>;
  number: number;
  count: number;
}

async function lookFor(
  end: number,
  ask: FetchPage,
  expected: number,
  pageSize: number,
  signal: AbortSignal | undefined,
): Promise<Look> {
  let number = Math.max(1, expected);
  // Where the last record itself is gone, none of two pages may hold the end, and it is looked for in both by turns.
  for (let steps = 0, turns = 0; ; ) {
    const page = await askAscending(ask, number, signal);
    const upToEnd = page.data.filter(record => idOf(record) <= end).length;
    const pages = Math.ceil(page.total_count / pageSize);
    const isFull = upToEnd === page.data.length && idOf(page.data.at(-1)) !== end;
    const step = upToEnd === 0 && number > 1 ? -1 : isFull && number < pages ? 1 : 0;
    if (step * steps < 0) turns++;
    if (step === 0 || (turns > MOST_TURNS && upToEnd > 0))
      return { page, number, count: (number - 1) * pageSize + upToEnd };
    steps = step;
    number = step > 0 ? number + 1 : Math.max(1, Math.min(number - 1, pages));
  }
}

/**
 * Reads a list in order of ids, as it was when `newest` was read. New records get higher ids, so they move no other. A record
 * that is deleted, or an older one that enters a filtered list, moves all after it, and one of them from a page not read yet
 * to one that was: it would be missed. So there is a look at the last page now and then. When another number of records ends
 * there than did, what was read since the look before is read again, and what had been missed is given late.
 *
 * @param newest the page at the end of the list, read before all others
 */
export async function* readById(ask: FetchPage, newest: Page<unknown>, from: ListCursor): AsyncGenerator<PageResult> {
  const end = idOf(newest.data[0]);
  const pageSize = newest.data.length;
  /** The records up to the end, when they were last looked for. */
  let count = newest.total_count;
  // All up to the floor has been given, for certain. Of what is above it, the ids are kept.
  let floor = from.after ?? (from.page > 1 ? undefined : Number.NEGATIVE_INFINITY);
  let given: number[] = [];
  let point = from;
  let { page: start } = from;
  let stretch = LONGEST_STRETCH;
  let failures = 0;
  let stepsBack = 1;

  const select = (page: Page<unknown>, above: number, seen?: ReadonlySet<number>): Page<unknown> => {
    const data = page.data.filter(record => {
      const id = idOf(record);
      return id > above && id <= end && !seen?.has(id);
    });
    for (const record of data) given.push(idOf(record));
    return { ...page, data };
  };
  const ascending = (page: Page<unknown>): Page<unknown> => ({
    ...page,
    page_number: Math.ceil(page.total_count / pageSize) || 1,
    data: page.data.toReversed(),
  });

  if (count <= pageSize) {
    if (floor !== undefined) yield { page: select(ascending(newest), floor), cursor: point };
    return;
  }

  reading: for (let isFirst = true; ; isFirst = false) {
    const seen = new Set(given);
    /** The last page that was taken in this round, and its last id. */
    let read = { page: start - 1, id: floor ?? Number.NEGATIVE_INFINITY };
    let next = start;
    const lastPage = Math.ceil(count / pageSize);
    /** The page where the end was last, or the last there is by now: there may be none behind it. */
    let endPage = lastPage;
    let sinceLook = 0;

    const look = (signal?: AbortSignal): Promise<Look> => lookFor(end, ask, endPage, pageSize, signal);
    /** Takes in what was seen. False when what was given since the last look has to be read again. */
    const accept = (now: Look, of: typeof read): boolean => {
      const fewer = count - now.count;
      count = now.count;
      if (fewer !== 0) {
        if (++failures > MOST_FAILURES) throw unstableListError();
        stretch = Math.max(SHORTEST_STRETCH, stretch >> 1);
        start = Math.max(1, Math.min(point.page, now.number) - Math.max(0, Math.floor(fewer / pageSize)));
        return false;
      }
      failures = 0;
      stretch = Math.min(LONGEST_STRETCH, stretch * 2);
      floor = of.id;
      given = given.filter(id => id > of.id);
      point = { page: of.page, after: floor };
      return true;
    };

    const startNext = (signal: AbortSignal): Promise<Page<unknown> | { look: Look; of: typeof read }> | undefined => {
      // The last page comes with the look at the end.
      if (next >= endPage && next > start) return undefined;
      if (sinceLook++ < stretch) return askAscending(ask, next++, signal);
      sinceLook = 0;
      // It tells of what was taken before it is sent; other pages are under way.
      const of = read;
      return look(signal).then(look => ({ look, of }));
    };

    for await (const result of readAhead(startNext)) {
      if ("look" in result) {
        if (accept(result.look, result.of)) continue;
        continue reading;
      }
      const first = idOf(result.data[0]);
      const last = idOf(result.data.at(-1));
      if (first > last) throw new QBenchResponseError("the server does not sort by id; choose another `sort_by`");
      if (read.page < start && start > 1) {
        if (result.data.length === 0 && floor === undefined) return;
        if (floor === undefined) {
          floor = first - 1;
          read.id = floor;
        }
        // Something may stand between the floor and this page. (Ids are whole numbers.)
        if (!(first <= floor + 1)) {
          start = Math.max(1, start - stepsBack);
          stepsBack *= 2;
          continue reading;
        }
      }
      stepsBack = 1;
      endPage = Math.min(lastPage, Math.ceil(result.total_count / pageSize));
      const page = select(result, read.id, seen);
      read = { page: read.page + 1, id: Math.max(last || read.id, read.id) };
      if (page.data.length > 0) yield { page, cursor: point };
      if (read.id >= end || result.data.length === 0) break;
    }

    let rest = ascending(newest);
    // Nothing can slip between the newest page, read first, and one that reaches into it.
    if (!isFirst || read.page !== start || !(read.id >= idOf(newest.data.at(-1)) - 1)) {
      const last = await look();
      if (!accept(last, read)) continue;
      if (last.number > read.page + 1) {
        // Others have taken the places of what is gone.
        start = point.page;
        continue;
      }
      rest = last.page;
    }
    const page = select(rest, read.id, seen);
    if (page.data.length > 0) yield { page, cursor: point };
    return;
  }
}
