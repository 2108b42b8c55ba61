import fc from "fast-check";
import type { Client } from "openapi-fetch";
import { describe, expect, it } from "vitest";
import { QBenchListError, QBenchResponseError } from "../src/index.js";
import { createPaginate } from "../src/lists/paginate.js";
import {
  type Change,
  createModelServer,
  type ModelServer,
  type Oddities,
  type Paths,
  toIds,
} from "./support/model-server.js";
import { nextMacrotask } from "./support/runtime.js";

interface Read {
  ids: number[];
  error?: unknown;
}

/** Reads the whole list of a server. Returns the ids in the order in which they were yielded. */
async function readAll(server: ModelServer, page_size: number, isSortable: boolean): Promise<Read> {
  const ids: number[] = [];
  try {
    const paginate = createPaginate(server.client, () => isSortable);
    for await (const { id } of paginate("/things", { params: { query: { page_size } } })) ids.push(id);
  } catch (error) {
    return { ids, error };
  }
  return { ids };
}

/** Expects that a read yields no record twice, and each one that stayed in the list, unless it ends in a typed error. */
function expectHonest({ ids, error }: Read, server: ModelServer, initial: readonly number[]): void {
  fc.pre(!server.hasDeceived());
  expect(new Set(ids).size).toBe(ids.length);
  if (error === undefined) {
    const found = new Set(ids);
    expect(initial.filter(id => !found.has(id) && !server.left.has(id))).toEqual([]);
  } else if (ids.length > 0) {
    expect(error).toBeInstanceOf(QBenchListError);
    expect((error as QBenchListError).cursor.page).toBeGreaterThanOrEqual(1);
  } else expect(error).toBeInstanceOf(QBenchResponseError);
}

/** The size of the server's pages, in records that can be joined with several rows. */
const sizeOf = (odd: Oddities, page_size: number): number =>
  Math.min(page_size, odd.size?.records ?? page_size, odd.truncatesTo ?? page_size);

/**
 * Expects that a read sends a number of requests that is bounded by the number of pages.
 */
function expectBounded(server: ModelServer, odd: Oddities, page_size: number, initial: readonly number[]): void {
  const pages = (initial.length * (odd.rowsPerRecord ?? 1)) / sizeOf(odd, page_size);
  expect(server.requests()).toBeLessThan(100 + 8 * pages);
}

const gaps = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 70 });
const some = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined, freq: 2 });

const counts: fc.Arbitrary<NonNullable<Oddities["count"]>> = fc.oneof(
  fc.constantFrom("per page", "zero", "negative", "missing", "text", "null", "doubled" as const),
  fc.record({ cappedAt: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ plus: fc.integer({ min: -5, max: 5 }) }),
);
const pageCounts = fc.constantFrom("missing", "one", "too many", "zero" as const);
const sizes = fc.record({
  kind: fc.constantFrom("maximum" as const, "fixed" as const),
  records: fc.integer({ min: 1, max: 12 }),
});
const orders = fc.constantFrom("oldest first" as const, "newest first" as const, "by name" as const);
const rowCounts = fc.integer({ min: 2, max: 3 });

const oddities: fc.Arbitrary<Oddities> = fc.record({
  count: some(counts),
  pageCount: some(pageCounts),
  size: some(sizes),
  order: some(orders),
  rowsPerRecord: some(rowCounts),
  repeatsLastPage: fc.boolean(),
});

const oneOddity: fc.Arbitrary<Oddities> = fc.oneof(
  fc.record({ count: counts }),
  fc.record({ pageCount: pageCounts }),
  fc.record({ size: sizes }),
  fc.record({ order: orders }),
  fc.record({ rowsPerRecord: rowCounts }),
  fc.constant({ repeatsLastPage: true }),
);

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    fc.record({ when: fc.nat(40), leaves: fc.nat(99) }),
    fc.record({ when: fc.nat(40), enters: fc.nat(140) }),
    fc.record({ when: fc.nat(40), appends: fc.integer({ min: 1, max: 3 }) }),
  ),
  { maxLength: 12 },
);

describe.each([
  ["sorted by id", true],
  ["in server order", false],
])("A read of a list %s from an odd server", (name, isSortable) => {
  it(`paginate yields all records if the server is odd in one way and the list stands still, ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(gaps, oneOddity, fc.integer({ min: 8, max: 30 }), async (steps, odd, page_size) => {
        const ids = toIds(steps);
        fc.pre(ids.length > 0);
        const server = createModelServer(ids, { odd });
        const read = await readAll(server, page_size, isSortable);
        expectHonest(read, server, ids);
        // Without an order, the count is right or the pages are full.
        if (isSortable || odd.rowsPerRecord === undefined) expect(read.error).toBeUndefined();
        expectBounded(server, odd, page_size, ids);
      }),
      { numRuns: 1000 },
    );
  });

  it(`paginate yields all records or throws if the server is odd in several ways, ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(gaps, oddities, fc.integer({ min: 1, max: 30 }), async (steps, odd, page_size) => {
        const ids = toIds(steps);
        fc.pre(sizeOf(odd, page_size) > (odd.rowsPerRecord ?? (odd.order ? 1 : 0)));
        // Without an order, only the count shows that pages hold fewer records than they should.
        fc.pre(isSortable || odd.rowsPerRecord === undefined || odd.count === undefined);
        const server = createModelServer(ids, { odd });
        expectHonest(await readAll(server, page_size, isSortable), server, ids);
        expectBounded(server, odd, page_size, ids);
      }),
      { numRuns: 1500 },
    );
  });

  it(`paginate yields all records or throws if the server leaves out pages, ${name}`, async () => {
    const hiding: fc.Arbitrary<Oddities> = fc.oneof(
      fc.record({ emptyPage: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ repeatedPage: fc.integer({ min: 2, max: 12 }) }),
      fc.record({ ignoresPageNumber: fc.constant(true) }),
      fc.record({ truncatesTo: fc.integer({ min: 1, max: 12 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        gaps,
        hiding,
        some(counts),
        fc.integer({ min: 3, max: 30 }),
        async (steps, hides, count, page_size) => {
          const ids = toIds(steps);
          const odd: Oddities = { ...hides, count };
          // Without an order, a page that leaves out its last records looks like the end of the list.
          fc.pre(
            isSortable ||
              odd.truncatesTo === undefined ||
              (ids.length % page_size < odd.truncatesTo && ids.length % page_size > 0),
          );
          fc.pre(isSortable || odd.emptyPage !== Math.ceil(ids.length / page_size));
          // A count that fits the pages by chance hides what is missing in them.
          fc.pre(count === undefined || (isSortable && odd.truncatesTo === undefined && !odd.ignoresPageNumber));
          const server = createModelServer(ids, { odd });
          expectHonest(await readAll(server, page_size, isSortable), server, ids);
          expectBounded(server, odd, page_size, ids);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("A read of a list that looks complete", () => {
  it.each<[string, number[], number, Oddities, Change[], boolean]>([
    [
      "the count fits the pages, but a page leaves out its last record",
      [1, 2, 3, 5, 6, 7],
      4,
      { truncatesTo: 3, count: { plus: -1 } },
      [],
      true,
    ],
    [
      "the first page and the newest records fit by chance, but the server ignores the order",
      [1, 2, 4, 7],
      2,
      { order: "by name" },
      [{ when: 2, enters: 0 }],
      true,
    ],
    [
      "as many records are found as the server counts, but a page is empty",
      toIds(Array(9).fill(1)),
      3,
      { emptyPage: 2, count: { plus: -3 } },
      [],
      false,
    ],
  ])("paginate yields all records or throws if %s", async (_name, ids, page_size, odd, list, isSortable) => {
    const server = createModelServer(ids, { odd, changes: list });
    expectHonest(await readAll(server, page_size, isSortable), server, ids);
  });
});

describe("A read of a list with senseless counts or ids", () => {
  it.each([
    ["an empty page of very many", { data: [], page_number: 1, total_count: 0, total_pages: 1e9 }],
    ["page counts that are words", { data: [{ id: 7 }], page_number: 1, total_count: "one", total_pages: "many" }],
    ["an empty page of very many records", { data: [], page_number: 1, total_count: 1e9, total_pages: 1 }],
    [
      "the same record on each of very many pages",
      { data: [{ id: 7 }], page_number: 1, total_count: 1e9, total_pages: 1e9 },
    ],
    ["ids that are objects", { data: [{ id: {} }], page_number: 1, total_count: 3, total_pages: 3 }],
    [
      "the same record without an id on each of very many pages",
      { data: [{}], page_number: 1, total_count: 1e9, total_pages: 1e9 },
    ],
    [
      "ids that are infinite",
      { data: [{ id: Number.POSITIVE_INFINITY }], page_number: 1, total_count: 2, total_pages: 2 },
    ],
    ["ids that are not numbers", { data: [{ id: Number.NaN }], page_number: 1, total_count: 2, total_pages: 2 }],
  ])("paginate finishes if the server sends %s", async (_name, data) => {
    for (const isSortable of [true, false]) {
      for (const limit of [undefined, 500]) {
        let requests = 0;
        const pages: number[] = [];
        const GET = async (_path: string, { params }: { params: { query: { page_num: number } } }) => {
          if (++requests > 1000) throw new Error("The read does not finish.");
          pages.push(params.query.page_num);
          return { data, response: new Response() };
        };
        const paginate = createPaginate({ GET } as unknown as Client<Paths>, () => isSortable);
        const reading = paginate("/things").toArray(limit === undefined ? {} : { limit });
        await reading.catch(error => expect(error.name).toMatch(/^QBench(List|Response)Error$/));
        expect(requests).toBeLessThan(600);
        expect(pages.filter(page => !Number.isInteger(page))).toEqual([]);
      }
    }
  });
});

describe("A read of a changing list whose server ignores the size of pages", () => {
  it("paginate yields every record that stays in the list once, or throws", async () => {
    const leaves = fc.array(fc.record({ when: fc.nat(40), leaves: fc.nat(99) }), { maxLength: 12 });
    const enters = fc.array(fc.record({ when: fc.nat(40), enters: fc.nat(140) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        gaps,
        fc.integer({ min: 1, max: 12 }),
        fc.oneof(leaves, enters),
        async (steps, records, list) => {
          const ids = toIds(steps);
          const server = createModelServer(ids, {
            odd: { size: { kind: "fixed", records }, count: "missing" },
            changes: list,
          });
          expectHonest(await readAll(server, 20, true), server, ids);
          expectBounded(server, { size: { kind: "fixed", records } }, 20, ids);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("paginate accepts a page after a gap only if the page before it is unchanged", async () => {
    const ids = toIds(Array(20).fill(2));
    const odd: Oddities = { size: { kind: "fixed", records: 4 }, count: "missing" };
    for (let leaving = 1; leaving < 30; leaving++) {
      for (let entering = leaving + 1; entering < 30; entering++) {
        const enters = [1, 3].map(id => ({ when: entering, enters: id }));
        const server = createModelServer(ids, { odd, changes: [{ when: leaving, leaves: 0 }, ...enters] });
        expectHonest(await readAll(server, 20, true), server, ids);
      }
    }
  });
});

describe("A read of a list that changes in bulk, from a server with its own maximum size of pages", () => {
  /** Changes of one or many records, each with one request. */
  const bulk: fc.Arbitrary<Change[]> = fc
    .record({
      when: fc.nat(120),
      kind: fc.constantFrom("leaves", "enters", "appends"),
      at: fc.nat(99),
      count: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(500) }),
    })
    .map(({ when, kind, at, count }) =>
      Array.from({ length: count }, (_, index): Change => {
        if (kind === "leaves") return { when, leaves: at };
        return kind === "enters" ? { when, enters: at * 15 + index } : { when, appends: (at % 3) + 1 };
      }),
    );

  it.each([1, 2, 24, 25, 26, 60])(
    "paginate yields a list of one record that %i others enter after the first request",
    async count => {
      const ids = toIds([1]);
      const enters = Array.from({ length: count }, (_, index): Change => ({ when: 2, enters: index + 15 }));
      const odd = { size: { kind: "maximum", records: 25 }, count: "missing" } as const;
      const server = createModelServer(ids, { odd, changes: enters });
      const read = await readAll(server, 60, true);
      expectHonest(read, server, ids);
      expect(read.error).toBeUndefined();
    },
  );

  it("paginate yields every record that stays in the list once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1500 }),
        fc.constantFrom(1, 2, 5, 19, 20, 21, 50, 60, 120),
        fc.constantFrom(undefined, 4, 10, 25, 50),
        some(fc.constantFrom("per page", "zero", "missing", "text", "doubled" as const)),
        fc.array(bulk, { maxLength: 8 }),
        fc.scheduler(),
        async (rows, page_size, maximum, count, list, scheduler) => {
          const ids = toIds(Array.from({ length: rows }, (_, index) => 1 + ((index * 7) % 3)));
          const size = maximum === undefined ? undefined : ({ kind: "maximum", records: maximum } as const);
          const server = createModelServer(ids, { odd: { size, count }, changes: list.flat(), scheduler });
          const read = await scheduler.waitFor(readAll(server, page_size, true));
          expectHonest(read, server, ids);
          expect(read.error).toBeUndefined();
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("A read of a list sorted by id that changes in all ways", () => {
  it("paginate always finishes, and yields every record that stays in the list once", async () => {
    await fc.assert(
      fc.asyncProperty(
        gaps,
        fc.integer({ min: 1, max: 30 }),
        changes,
        fc.scheduler(),
        async (steps, page_size, list, scheduler) => {
          const ids = toIds(steps);
          const server = createModelServer(ids, { changes: list, scheduler });
          const read = await scheduler.waitFor(readAll(server, page_size, true));
          expect(read.error).toBeUndefined();
          expectHonest(read, server, ids);
          expectBounded(server, {}, page_size, ids);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("paginate misses no record if one leaves before and one enters after a page, although the counts do not show it", async () => {
    // Requests that arrive together are processed in the reverse order: page 3, then 2, then 1.
    const arrived: (() => void)[] = [];
    const schedule = async <Value>(value: Promise<Value>): Promise<Value> => {
      await new Promise<void>(resolve => {
        arrived.unshift(resolve);
        void nextMacrotask().then(() => arrived.shift()?.());
      });
      return value;
    };
    const changes: Change[] = [
      { when: 2, appends: 1 },
      { when: 4, leaves: 57 },
      { when: 4, enters: 0 },
      { when: 4, appends: 1 },
    ];
    const ids = [3, 4, 5, 6];
    const server = createModelServer(ids, { changes, scheduler: { schedule } });
    const read = await readAll(server, 1, true);
    expect(read.error).toBeUndefined();
    expectHonest(read, server, ids);
  });

  it("paginate misses no record if the server counts one too few and one leaves", async () => {
    const ids = [1, 2, 3, 4, 5];
    for (let when = 1; when < 12; when++) {
      const server = createModelServer(ids, { odd: { count: { cappedAt: 4 } }, changes: [{ when, leaves: 0 }] });
      const read = await readAll(server, 1, true);
      expect(read.error).toBeUndefined();
      expectHonest(read, server, ids);
    }
  });

  it("paginate yields all records that stay in a changing list of an odd server, or throws", async () => {
    await fc.assert(
      fc.asyncProperty(
        gaps,
        oddities,
        fc.integer({ min: 1, max: 30 }),
        changes,
        fc.scheduler(),
        async (steps, odd, page_size, list, scheduler) => {
          const ids = toIds(steps);
          // If the server decides the size of pages, a record that enters can make up for one that left.
          fc.pre(!odd.size || !list.some(one => "leaves" in one) || !list.some(one => "enters" in one));
          // Pages of few records can be in order by chance.
          fc.pre(sizeOf(odd, page_size) > (odd.rowsPerRecord ?? 0) * (odd.order ? 4 : 1) + (odd.order ? 3 : 0));
          const server = createModelServer(ids, { odd, changes: list, scheduler });
          const read = await scheduler.waitFor(readAll(server, page_size, true));
          expectHonest(read, server, ids);
          expectBounded(server, odd, page_size, ids);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
