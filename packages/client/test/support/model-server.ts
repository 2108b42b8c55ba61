import type { Scheduler } from "fast-check";
import type { Client } from "openapi-fetch";

export interface Paths {
  "/things": {
    get: {
      parameters: { query?: { page_num?: number; page_size?: number; sort_by?: string; sort_order?: "ASC" | "DESC" } };
      responses: {
        200: {
          content: {
            "application/json": {
              data: { id: number }[];
              page_number: number;
              total_count: number;
              total_pages: number;
            };
          };
        };
      };
    };
  };
}

export interface Query {
  page_num: number;
  page_size: number;
  sort_by?: string;
  sort_order?: string;
}

/** The ways in which a server can be odd. */
export interface Oddities {
  count?:
    | "per page"
    | "zero"
    | "negative"
    | "missing"
    | "text"
    | "null"
    | "doubled"
    | { cappedAt: number }
    | { plus: number }
    | undefined;
  pageCount?: "missing" | "one" | "too many" | "zero" | undefined;
  /** The server's own size of pages: the maximum, or the only one. */
  size?: { kind: "maximum" | "fixed"; records: number } | undefined;
  /** The order of a server that ignores the requested one. */
  order?: "oldest first" | "newest first" | "by name" | undefined;
  /** The server pages through the rows of a join, and then removes the duplicates from the page. */
  rowsPerRecord?: number | undefined;
  /** A page after the end repeats the last one. */
  repeatsLastPage?: boolean | undefined;
  /** The number of a page that is always empty, or always the same as the one before it. */
  emptyPage?: number | undefined;
  repeatedPage?: number | undefined;
  /** The server always sends page 1. */
  ignoresPageNumber?: boolean | undefined;
  /** Pages hold only this many of the records that they should. The others are on no page of that size. */
  truncatesTo?: number | undefined;
}

/**
 * A change of the list: the record at `leaves` percent of it leaves, the record with the id `enters` enters, or a new
 * one gets an id that is higher by `appends`.
 */
type OneChange = { leaves: number } | { enters: number } | { appends: number };

/** A change that happens when the request number `when` arrives, or a later one. */
export type Change = OneChange & { when: number };

/** Creates a server with one list that can change. A scheduler decides when requests arrive and responses return. */
export type ModelServer = ReturnType<typeof createModelServer>;

export function createModelServer(
  ids: readonly number[],
  {
    odd = {},
    changes = [],
    scheduler,
  }: { odd?: Oddities; changes?: readonly Change[]; scheduler?: Pick<Scheduler, "schedule"> | undefined } = {},
) {
  const records = [...ids];
  let highest = ids.at(-1) ?? 0;
  let requests = 0;
  let hasDeceived = false;
  const waiting = changes.toSorted((a, b) => a.when - b.when);
  const left = new Set<number>();

  function change(one: OneChange): void {
    if ("appends" in one) {
      highest += one.appends;
      records.push(highest);
    } else if ("enters" in one) {
      highest = Math.max(highest, one.enters);
      const next = records.findIndex(id => id >= one.enters);
      if (next < 0) records.push(one.enters);
      else if (records[next] !== one.enters) records.splice(next, 0, one.enters);
    } else {
      const [id] = records.splice(Math.floor((one.leaves * records.length) / 100), 1);
      if (id !== undefined) left.add(id);
    }
  }

  /**
   * Applies the changes that are due. No client can see that a record leaves and another one enters between two
   * responses, so the second of these changes waits for the next request.
   */
  function applyDueChanges(): void {
    let hidden: "leaves" | "enters" | undefined;
    for (let next = waiting[0]; next && next.when <= requests && !(hidden && hidden in next); next = waiting[0]) {
      waiting.shift();
      change(next);
      if ("leaves" in next) hidden = "enters";
      else if ("enters" in next) hidden = "leaves";
    }
  }

  function respond({ page_num, page_size, sort_by, sort_order = "ASC" }: Query) {
    const { size } = odd;
    const limit = size?.kind === "fixed" ? size.records : Math.min(page_size, size?.records ?? page_size);
    let sorted = records;
    if (odd.order === "newest first" || (!odd.order && sort_by === "id" && sort_order === "DESC"))
      sorted = records.toReversed();
    else if (odd.order === "by name") sorted = records.toSorted((a, b) => (a % 7) - (b % 7) || a - b);
    const rows = odd.rowsPerRecord ? sorted.flatMap(id => Array<number>(odd.rowsPerRecord ?? 1).fill(id)) : sorted;
    const pages = Math.max(1, Math.ceil(rows.length / limit));
    let number = odd.ignoresPageNumber ? 1 : page_num;
    if (odd.repeatsLastPage) number = Math.min(number, pages);
    if (number === odd.repeatedPage && number > 1) number--;
    const window = rows.slice((number - 1) * limit, number * limit);
    const found = page_num === odd.emptyPage ? [] : [...new Set(window)].slice(0, odd.truncatesTo);
    const count = countOf(rows.length, found.length);
    const total_pages = { missing: undefined, one: 1, "too many": pages + 3, zero: 0, honest: pages }[
      odd.pageCount ?? "honest"
    ];
    const hidesMore = page_num === 1 && found.length < Math.min(rows.length, page_size) && !(Number(total_pages) > 1);
    hasDeceived ||= hidesMore && (count === found.length || (found.length === 0 && !(Number(count) > 0)));
    return { data: found.map(id => ({ id })), page_number: page_num, total_count: count, total_pages };
  }

  function countOf(total: number, inPage: number): unknown {
    const { count } = odd;
    if (typeof count === "object") {
      if ("plus" in count) return Math.max(0, total + count.plus);
      return Math.min(count.cappedAt, total);
    }
    if (!count) return total;
    return {
      "per page": inPage,
      zero: 0,
      negative: -1,
      missing: undefined,
      null: null,
      text: `${total}`,
      doubled: total * 2,
    }[count];
  }

  const server = {
    async GET(_path: string, init: { params: { query: Query }; signal?: AbortSignal }) {
      requests++;
      await scheduler?.schedule(Promise.resolve("request"));
      applyDueChanges();
      const data = respond(init.params.query);
      await scheduler?.schedule(Promise.resolve("response"));
      init.signal?.throwIfAborted();
      return { data, response: new Response() };
    },
  };
  return {
    // `paginate` calls no other method.
    client: { GET: (...call: Parameters<typeof server.GET>) => server.GET(...call) } as unknown as Client<Paths>,
    server,
    change,
    /** The ids of the records that have left the list. */
    left,
    /**
     * Returns true if a first page held fewer records than requested, although there are more, and all counts said that
     * there are not. No client can know better.
     */
    hasDeceived: () => hasDeceived,
    requests: () => requests,
  };
}

/** Returns ascending ids with the given distances. */
export function toIds(steps: readonly number[]): number[] {
  let id = 0;
  return steps.map(step => {
    id += step;
    return id;
  });
}
