import fc, { type Scheduler } from "fast-check";
import type { Client } from "openapi-fetch";
import { describe, expect, it } from "vitest";
import { type ListCursor, QBenchListError } from "../src/index.js";
import { createPaginate } from "../src/lists/paginate.js";
import {
  type Change,
  createModelServer,
  type ModelServer,
  type Paths,
  type Query,
  toIds,
} from "./support/model-server.js";

const byId = () => true;
const unsorted = () => false;

const gaps = (max: number) => fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: max });
const changes = (min: number, max: number) => {
  const when = fc.integer({ min, max });
  const removal = fc.record({ when, leaves: fc.nat({ max: 99 }) });
  const addition = fc.record({ when, appends: fc.integer({ min: 1, max: 3 }) });
  return fc.array(fc.oneof(removal, addition), { maxLength: 9 });
};

/**
 * Expects that a read yields each record once, and misses none that stayed in the list throughout. A read in server order
 * may also end with an error, if there are enough changes to disturb each of its six passes.
 */
async function expectComplete(
  ids: readonly number[],
  list: readonly Change[],
  scheduler: Scheduler,
  table: typeof byId,
  page_size: number,
): Promise<void> {
  const server = createModelServer(ids, { changes: list, scheduler });
  const listing = createPaginate(server.client, table)("/things", { params: { query: { page_size } } });
  const rows = await scheduler.waitFor(listing.toArray()).catch((error: Error) => {
    if (table === unsorted && list.length > 5 && /The list changed during every attempt/.test(error.message)) return;
    throw error;
  });
  if (!rows) return;
  const yielded = rows.map(({ id }) => id);
  const found = new Set(yielded);
  expect(found.size).toBe(yielded.length);
  expect(ids.filter(id => !found.has(id) && !server.left.has(id))).toEqual([]);
}

describe.each([
  ["sorted by id", byId],
  ["in server order", unsorted],
])("A read of a list %s that changes meanwhile", (name, table) => {
  it.each([
    [60, 3, 500],
    [300, 1, 80],
    [600, 2, 40],
  ])(`paginate yields each of up to %i records of a changing list once, ${name}`, async (max, page_size, numRuns) => {
    await fc.assert(
      fc.asyncProperty(gaps(max), changes(0, Math.ceil(max / page_size)), fc.scheduler(), (steps, list, scheduler) =>
        expectComplete(toIds(steps), list, scheduler, table, page_size),
      ),
      { numRuns },
    );
  });
});

describe("A read by id", () => {
  it("paginate misses no record of a list that changes around the check after a hundred pages", async () => {
    await fc.assert(
      fc.asyncProperty(changes(98, 112), fc.scheduler(), (list, scheduler) =>
        expectComplete(toIds(Array(115).fill(2)), list, scheduler, byId, 1),
      ),
      { numRuns: 400 },
    );
  });
});

describe("A read of a list that one record leaves and another one enters", () => {
  it("paginate misses no record although the count is the same at the start and at the end", async () => {
    const ids = toIds(Array(20).fill(2));
    for (let leaving = 2; leaving < 15; leaving++) {
      for (let entering = 2; entering < 15; entering++) {
        if (entering === leaving) continue;
        const server = createModelServer(ids);
        const { GET } = server.server;
        let requests = 0;
        let earlier: Promise<unknown> = Promise.resolve();
        // The server responds to each request before it receives the next one.
        server.server.GET = (...call) => {
          const response = earlier.then(() => {
            if (++requests === leaving) server.change({ leaves: 0 });
            if (requests === entering) server.change({ enters: 39 });
            return GET(...call);
          });
          earlier = response.catch(() => {});
          return response;
        };
        const found = (
          await createPaginate(server.client, byId)("/things", { params: { query: { page_size: 2 } } }).toArray()
        ).map(({ id }) => id);
        expect(ids.filter(id => !found.includes(id) && !server.left.has(id))).toEqual([]);
      }
    }
  });
});

describe("A read of a filtered list", () => {
  it("paginate misses no record if older records enter the filter", async () => {
    const entries = fc.array(fc.record({ when: fc.nat({ max: 150 }), enters: fc.nat({ max: 270 }) }), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(entries, fc.scheduler(), (list, scheduler) =>
        expectComplete(toIds(Array(130).fill(2)), list, scheduler, byId, 1),
      ),
      { numRuns: 60 },
    );
  });
});

describe("A read that resumes from a cursor", () => {
  const readFrom = (server: ModelServer, cursor: ListCursor) =>
    createPaginate(server.client, byId)("/things", { params: { query: { page_size: 10 } }, cursor }).toArray();

  it("paginate misses no record if it resumes from the cursor of an earlier read, although the list changes", async () => {
    await fc.assert(
      fc.asyncProperty(
        gaps(600),
        changes(0, 300),
        fc.nat({ max: 600 }),
        fc.scheduler(),
        async (steps, list, stopAfter, scheduler) => {
          const ids = toIds(steps);
          const server = createModelServer(ids, { changes: list, scheduler });
          const paginate = createPaginate(server.client, byId);
          const query = { page_size: 2 };
          const yielded = new Set<number>();
          let cursor: ListCursor | undefined;
          const read = async (max: number): Promise<void> => {
            const onProgress = (progress: { cursor: ListCursor }): void => {
              cursor = progress.cursor;
            };
            const init = { params: { query }, ...(cursor && { cursor }), onProgress };
            let rows = 0;
            for await (const { id } of paginate("/things", init)) {
              if (rows++ === max) return;
              yielded.add(id);
            }
          };
          await scheduler.waitFor(read(stopAfter));
          await scheduler.waitFor(read(Number.POSITIVE_INFINITY));
          expect(ids.filter(id => !yielded.has(id) && !server.left.has(id))).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("paginate resumes after the cursor's record, although deletions have moved that to an earlier page", async () => {
    const ids = toIds(Array(200).fill(1));
    const server = createModelServer(ids);
    for (let count = 0; count < 60; count++) server.change({ leaves: 0 });
    const rest = await readFrom(server, { page: 15, after: 150 });
    expect(rest.map(({ id }) => id)).toEqual(ids.slice(150));
  });

  it("paginate starts at the cursor's page if the cursor names no record", async () => {
    const server = createModelServer(toIds(Array(100).fill(1)));
    const rest = await readFrom(server, { page: 4 });
    expect(rest.map(({ id }) => id)).toEqual(Array.from({ length: 70 }, (_, index) => index + 31));
  });
});

describe("A read of a list that never stops changing", () => {
  /** Creates a server whose list loses its first record with every request. */
  const createShrinkingServer = () => {
    const server = createModelServer(toIds(Array(20_000).fill(1)));
    const { GET } = server.server;
    server.server.GET = (...call) => {
      server.change({ leaves: 0 });
      return GET(...call);
    };
    return server;
  };
  const read = (server: ModelServer, table: typeof byId) =>
    createPaginate(server.client, table)("/things", { params: { query: { page_size: 50 } } }).toArray();

  it("paginate finishes if a list sorted by id loses a record with every request", async () => {
    const server = createShrinkingServer();
    const found = new Set((await read(server, byId)).map(({ id }) => id));
    expect(toIds(Array(20_000).fill(1)).filter(id => !found.has(id) && !server.left.has(id))).toEqual([]);
  });

  it("paginate throws a QBenchListError if a list in server order loses a record with every request", async () => {
    const reading = read(createShrinkingServer(), unsorted);
    await expect(reading).rejects.toThrow(QBenchListError);
    await expect(reading).rejects.toThrow("The list changed during every attempt");
  });
});

describe("A read of a list that never stops growing", () => {
  it.each([
    ["sorted by id", byId],
    ["in server order", unsorted],
  ])("paginate ends if a list %s gets more records with every request than a page holds", async (_name, table) => {
    const server = createModelServer(toIds(Array(2000).fill(1)));
    const { GET } = server.server;
    server.server.GET = (...call) => {
      if (server.requests() > 1500) throw new Error("The read does not end.");
      for (let created = 0; created < 60; created++) server.change({ appends: 1 });
      return GET(...call);
    };
    const found: number[] = [];
    const reading = async () => {
      for await (const { id } of createPaginate(server.client, table)("/things")) found.push(id);
    };
    if (table === byId) await reading();
    else await expect(reading()).rejects.toThrow("The list changed during every attempt");
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(toIds(Array(2000).fill(1))));
  });
});

describe("The page count of the server", () => {
  const all = Array.from({ length: 133 }, (_, index) => index + 1);

  it.each([
    ["by id, with no page count", byId, "missing"],
    ["by id, with a page count that is too small", byId, "one"],
    ["in server order, with no page count", unsorted, "missing"],
    ["in server order, with a page count that is too small", unsorted, "one"],
  ] as const)("paginate reads as many records as the server counts: %s", async (_name, table, pageCount) => {
    const { client } = createModelServer(all, { odd: { pageCount } });
    const listing = createPaginate(client, table)("/things", { params: { query: { page_size: 10 } } });
    expect((await listing.toArray()).map(({ id }) => id)).toEqual(all);
  });
});

describe("A read of a list of two pages", () => {
  it("paginate misses no record that moves to the second page because an older record enters the list", async () => {
    const ids = toIds(Array(20).fill(2));
    const server = createModelServer(ids, { changes: [{ when: 2, enters: 5 }] });
    const records = await createPaginate(server.client, byId)("/things", {
      params: { query: { page_size: 10 } },
    }).toArray();
    const found = records.map(({ id }) => id);
    expect(ids.filter(id => !found.includes(id))).toEqual([]);
  });
});

describe("A read in server order", () => {
  type Row = { id?: number | null; name?: string };
  /** Creates a client of a list. `before` can change the rows before each response. */
  const serve = (rows: Row[], before: (request: number) => void = () => {}) => {
    let requests = 0;
    return {
      async GET(_path: string, init: { params: { query: Query } }) {
        before(++requests);
        const { page_num, page_size } = init.params.query;
        const data = structuredClone(rows.slice((page_num - 1) * page_size, page_num * page_size));
        const total_pages = Math.ceil(rows.length / page_size);
        return {
          data: { data, page_number: page_num, total_count: rows.length, total_pages },
          response: new Response(),
        };
      },
    } as unknown as Client<Paths>;
  };
  const read = (client: Client<Paths>, limit?: number) =>
    createPaginate(client, unsorted)("/things", { params: { query: { page_size: 10 } } }).toArray(
      limit === undefined ? {} : { limit },
    );

  it("paginate misses no record that moves from an unread page to one that was already read", async () => {
    const rows: Row[] = Array.from({ length: 100 }, (_, index) => ({ id: index + 1 }));
    const records = await read(
      serve(rows, request => {
        // A list that is ordered by the time of change moves a changed record to its start.
        if (request === 14) rows.unshift(...rows.splice(95 - 5, 1));
      }),
    );
    expect(new Set(records.map(({ id }) => id)).size).toBe(100);
    expect(records).toHaveLength(100);
  });

  it("paginate yields all records of a list that have no id, identical ones included", async () => {
    const rows: Row[] = Array.from({ length: 60 }, (_, index) => ({ name: index % 2 ? "one" : "other" }));
    expect(await read(serve(rows))).toEqual(rows);
    expect(await read(serve(rows), 35)).toEqual(rows.slice(0, 35));
  });

  it("paginate yields all records of a list whose id is null", async () => {
    const rows: Row[] = Array.from({ length: 60 }, (_, index) => ({ id: null, name: `${index}` }));
    expect(await read(serve(rows))).toEqual(rows);
    expect(await read(serve(rows), 35)).toEqual(rows.slice(0, 35));
  });

  it("paginate yields each record without an id once if the first ones are read while the list becomes shorter", async () => {
    const rows: Row[] = Array.from({ length: 60 }, (_, index) => ({ name: `${index}` }));
    const server = serve(rows, request => {
      if (request === 3) rows.shift();
    });
    const names = (await read(server, 50)).map(row => (row as Row).name);
    expect(new Set(names).size).toBe(50);
  });
});

describe("The number of requests for a list that does not change", () => {
  it.each([
    [1, 1],
    [9, 1],
    // A full page may not be the last one, whatever the server counts.
    [10, 2],
    [11, 2],
    [20, 3],
    [21, 4],
    [1000, 101],
    [2000, 202],
  ])("paginate reads a list of %i records in pages of ten with %i requests", async (count, requests) => {
    const server = createModelServer(toIds(Array(count).fill(2)));
    const all = await createPaginate(server.client, byId)("/things", {
      params: { query: { page_size: 10 } },
    }).toArray();
    expect(all).toHaveLength(count);
    expect(server.requests()).toBe(requests);
  });
});
