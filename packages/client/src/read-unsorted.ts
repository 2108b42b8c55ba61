import type { Page } from "./listing.js";
import { readAhead } from "./read-ahead.js";
import { type ReadPoint, unsteady } from "./read-error.js";
import { type AskPage, idOf, type ReadStep } from "./read-step.js";

/** How often a list is read that changes each time. */
const MOST_PASSES = 10;

/** What tells records apart; the few kinds without an id differ in the records that they link. */
const keyOf = (record: unknown): unknown => idOf(record) || JSON.stringify(record);

/**
 * Reads a list in the order that the server has, which may be any. The last page is read first and once more at the end: as
 * long as it begins as it did, no record before it has come or gone, so none has slipped from one page to another.
 * Otherwise the list is read again, and what had been missed is given late. All keys are kept.
 */
export async function* readUnsorted(ask: AskPage, from: Partial<ReadPoint>): AsyncGenerator<ReadStep> {
  const start = from.page ?? 1;
  const given = new Set<unknown>();
  const select = (page: Page<unknown>): Page<unknown> => {
    const data = page.data.filter(record => {
      const key = keyOf(record);
      return !given.has(key) && given.add(key);
    });
    return { ...page, data };
  };

  const first = await ask(start);
  if (!(first.total_pages > start)) {
    yield { page: first, point: { page: start } };
    return;
  }
  yield { page: select(first), point: { page: start } };
  let last = first.total_pages;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const before = await ask(last);
    let next = start;
    for await (const page of readAhead(signal => (next < last ? ask(next++, undefined, signal) : undefined))) {
      const selected = select(page);
      if (selected.data.length > 0) yield { page: selected, point: { page: pass > 0 ? start : page.page_number } };
    }
    const now = await ask(last);
    const selected = select(now);
    if (selected.data.length > 0) yield { page: selected, point: { page: start } };
    if (before.data.length > 0 && before.data.every((record, index) => keyOf(record) === keyOf(now.data[index])))
      return;
    last = Math.max(start, now.total_pages || 1);
  }
  throw unsteady();
}
