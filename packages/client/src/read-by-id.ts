import type { Page } from "./listing.js";
import { readAhead } from "./read-ahead.js";
import { type ReadPoint, unsteady } from "./read-error.js";
import { type AskPage, idOf, type ReadStep } from "./read-step.js";

/** How many pages are read before a look whether they moved; fewer after they did. No less than are read ahead. */
const LONGEST_STRETCH = 100;
const SHORTEST_STRETCH = 10;
/** So many stretches in a row may be read in vain. */
const MOST_FAILURES = 10;

/** The page at the end of a list. */
export const askNewest = (ask: AskPage, page = 1): Promise<Page<unknown>> =>
  ask(page, { sort_by: "id", sort_order: "DESC" });

/** Is it what was asked for? A server that does not sort might say nothing. */
export const isNewest = ({ data }: Page<unknown>): boolean =>
  data.every((record, index) => Number.isInteger(idOf(record)) && !(idOf(record) >= idOf(data[index - 1])));

/** How many records fewer there are now up to what was the last one, when nothing came between the others. */
async function countDeleted(ask: AskPage, before: Page<unknown>, now: Page<unknown>): Promise<number> {
  const last = idOf(before.data[0]);
  const added = new Set<number>();
  for (let page = now, number = 1; ; page = await askNewest(ask, ++number)) {
    for (const record of page.data) if (idOf(record) > last) added.add(idOf(record));
    if (!(idOf(page.data.at(-1)) > last) || number >= page.total_pages) {
      return before.total_count + added.size - page.total_count;
    }
  }
}

/**
 * Reads a list in order of ids, as it was when `newest` was read. New records get higher ids, so they move no other. Each
 * deleted one moves all after it to the left, and one of them from a page not read yet to one that was: it would be missed.
 * So there is a look at the newest page now and then. When there are fewer records up to the last one known than there
 * were, what was read since the look before is read again, and what had been missed is given late.
 *
 * @param newest the page at the end of the list, read before all others
 */
export async function* readById(
  ask: AskPage,
  newest: Page<unknown>,
  from: Partial<ReadPoint>,
): AsyncGenerator<ReadStep> {
  const end = idOf(newest.data[0]);
  // All up to the floor has been given, for certain. Of what is above it, the ids are kept.
  let floor = from.after ?? ((from.page ?? 1) > 1 ? undefined : Number.NEGATIVE_INFINITY);
  let given: number[] = [];
  let point: ReadPoint = { page: 1, ...from };
  let { page: start } = point;
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

  if (!(newest.total_pages > 1)) {
    yield { page: select({ ...newest, data: newest.data.toReversed() }, floor ?? Number.NEGATIVE_INFINITY), point };
    return;
  }

  reading: for (;;) {
    const seen = new Set(given);
    /** The last page that was read in this round, and its last id. */
    let read = { page: start - 1, id: floor ?? Number.NEGATIVE_INFINITY, given: given.length };
    let next = start;
    let pages = newest.total_pages;
    let sinceLook = 0;

    /** Takes `look` for the newest page. False when what was given since the last one has to be read again. */
    const accept = async (look: Page<unknown>, of: typeof read): Promise<boolean> => {
      const deleted = await countDeleted(ask, newest, look);
      newest = look;
      if (deleted > 0) {
        if (++failures > MOST_FAILURES) throw unsteady();
        stretch = Math.max(SHORTEST_STRETCH, stretch >> 1);
        const pageSize = Math.ceil(look.total_count / look.total_pages) || 1;
        start = Math.max(1, Math.min(point.page, look.total_pages) - Math.floor(deleted / pageSize));
        return false;
      }
      failures = 0;
      stretch = Math.min(LONGEST_STRETCH, stretch * 2);
      floor = of.id;
      given = given.slice(of.given);
      point = { page: of.page, after: floor };
      return true;
    };

    const startNext = (
      signal: AbortSignal,
    ): Promise<{ page: Page<unknown> } | { look: Page<unknown>; of: typeof read }> | undefined => {
      // The last page comes with the look at the end.
      if (next >= pages && next > start) return undefined;
      if (sinceLook++ < stretch)
        return ask(next++, { sort_by: "id", sort_order: "ASC" }, signal).then(page => ({ page }));
      sinceLook = 0;
      // It is told of what was read before it is sent; other pages are under way.
      const of = read;
      return askNewest(ask).then(look => ({ look, of }));
    };

    for await (const result of readAhead(startNext)) {
      if ("look" in result) {
        if (await accept(result.look, result.of)) continue;
        continue reading;
      }
      const { page } = result;
      const first = idOf(page.data[0]);
      const last = idOf(page.data.at(-1));
      if (first > last) throw new Error("the server does not sort by id; choose another `sort_by`");
      if (read.page < start && start > 1) {
        if (page.data.length === 0 && floor === undefined) return;
        floor ??= first - 1;
        read.id = floor;
        // Something may stand between the floor and this page. (Ids are whole numbers.)
        if (!(first <= floor + 1)) {
          start = Math.max(1, start - stepsBack);
          stepsBack *= 2;
          continue reading;
        }
      }
      stepsBack = 1;
      pages = page.total_pages;
      const selected = select(page, read.id, seen);
      read = { page: read.page + 1, id: Math.max(last || read.id, read.id), given: given.length };
      if (selected.data.length > 0) yield { page: selected, point };
      if (read.id >= end || page.data.length === 0) break;
    }

    /** Is all before the newest page read? It is a full one here. */
    const joins = ({ total_count, data }: Page<unknown>): boolean =>
      !(total_count - data.length > read.page * data.length);
    // Nothing can slip between one page and the newest one, read before it.
    if ((read.page !== start || !joins(newest)) && !(await accept(await askNewest(ask), read))) continue;
    if (read.id < end) {
      if (!joins(newest)) {
        // The newest page begins after what was the end: so many have been added.
        start = point.page;
        continue;
      }
      const rest = select(
        { ...newest, page_number: newest.total_pages, data: newest.data.toReversed() },
        read.id,
        seen,
      );
      if (rest.data.length > 0) yield { page: rest, point };
    }
    return;
  }
}
