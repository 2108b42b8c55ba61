import fc, { type Scheduler } from "fast-check";
import type { Client } from "openapi-fetch";
import { describe, expect, it } from "vitest";
import { QBenchReadError, type ReadPoint } from "../src/index.js";
import { createPaginate } from "../src/paginate.js";

interface Paths {
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

type Change = { kind: "delete"; at: number } | { kind: "add"; by: number };

interface Query {
  page_num: number;
  page_size: number;
  sort_by?: string;
  sort_order?: string;
}

/** A list whose pages are answered, and whose records change, in the order that the scheduler has. */
function createServer(ids: readonly number[], scheduler?: Scheduler) {
  const records = [...ids];
  let highest = ids.at(-1) ?? 0;
  let requests = 0;
  const deleted = new Set<number>();
  const change = (one: Change): void => {
    if (one.kind === "add") {
      highest += one.by;
      records.push(highest);
    } else {
      const [id] = records.splice(Math.floor(one.at * records.length), 1);
      if (id !== undefined) deleted.add(id);
    }
  };
  const GET = async (_path: string, init: { params: { query: Query }; signal?: AbortSignal }) => {
    requests++;
    const { page_num, page_size, sort_order } = init.params.query;
    await scheduler?.schedule(Promise.resolve("request"));
    const sorted = sort_order === "DESC" ? records.toReversed() : records;
    const data = sorted.slice((page_num - 1) * page_size, page_num * page_size).map(id => ({ id }));
    const total_pages = Math.ceil(records.length / page_size);
    const page = { data, page_number: page_num, total_count: records.length, total_pages };
    await scheduler?.schedule(Promise.resolve("answer"));
    init.signal?.throwIfAborted();
    return { data: page, response: new Response() };
  };
  return {
    client: { GET } as unknown as Client<Paths>,
    change,
    deleted,
    requests: () => requests,
  };
}

const byId = { things: { list: "GET /things?page_num&sort_by" } };
const unsorted = { things: { list: "GET /things?page_num" } };

const gaps = (most: number) => fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: most });
const toIds = (steps: readonly number[]): number[] => {
  let id = 0;
  return steps.map(step => {
    id += step;
    return id;
  });
};

const changes = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("delete" as const), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
    fc.record({ kind: fc.constant("add" as const), by: fc.integer({ min: 1, max: 3 }) }),
  ),
  { maxLength: 9 },
);

/** Lets the changes happen somewhere between the answers, until the reading is over. */
async function whileChanging<T>(
  scheduler: Scheduler,
  server: ReturnType<typeof createServer>,
  list: readonly Change[],
  reading: Promise<T>,
): Promise<T> {
  for (const change of list) void scheduler.schedule(Promise.resolve("change")).then(() => server.change(change));
  return scheduler.waitFor(reading);
}

describe.each([
  ["sorted by id", byId],
  ["that cannot be sorted", unsorted],
])("A list %s, while records come and go", (_name, table) => {
  it.each([
    [60, 3, 400],
    [450, 2, 25],
  ])("gives each of up to %i records once, and misses none", async (most, page_size, numRuns) => {
    await fc.assert(
      fc.asyncProperty(gaps(most), changes, fc.scheduler(), async (steps, list, scheduler) => {
        const ids = toIds(steps);
        const server = createServer(ids, scheduler);
        const listing = createPaginate(server.client, table)("/things", { params: { query: { page_size } } });
        const given = (await whileChanging(scheduler, server, list, listing.toArray())).map(({ id }) => id);
        expect(new Set(given).size).toBe(given.length);
        const found = new Set(given);
        expect(ids.filter(id => !found.has(id) && !server.deleted.has(id))).toEqual([]);
      }),
      { numRuns },
    );
  });
});

describe("A read that goes on from where another one was", () => {
  it("misses nothing, although records before that have gone", async () => {
    await fc.assert(
      fc.asyncProperty(
        gaps(450),
        changes,
        changes,
        fc.nat({ max: 450 }),
        fc.scheduler(),
        async (steps, list, later, stopAfter, scheduler) => {
          const ids = toIds(steps);
          const server = createServer(ids, scheduler);
          const paginate = createPaginate(server.client, byId);
          const query = { page_size: 2 };
          const given = new Set<number>();
          let point: ReadPoint | undefined;
          const read = async (most: number): Promise<void> => {
            const onProgress = (progress: { point: ReadPoint }): void => {
              point = progress.point;
            };
            const init = { params: { query }, ...(point && { from: point }), onProgress };
            let rows = 0;
            for await (const { id } of paginate("/things", init)) {
              if (rows++ === most) return;
              given.add(id);
            }
          };
          await whileChanging(scheduler, server, list, read(stopAfter));
          await whileChanging(scheduler, server, later, read(Number.POSITIVE_INFINITY));
          expect(ids.filter(id => !given.has(id) && !server.deleted.has(id))).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("begins with the page that it is told", async () => {
    const server = createServer(toIds(Array(100).fill(1)));
    const from = { page: 4 };
    const rest = await createPaginate(server.client, byId)("/things", {
      params: { query: { page_size: 10 } },
      from,
    }).toArray();
    expect(rest.map(({ id }) => id)).toEqual(Array.from({ length: 70 }, (_, index) => index + 31));
  });
});

describe("A list that loses a record at every look", () => {
  it.each([
    ["sorted", byId],
    ["unsorted", unsorted],
  ])("is given up with an error, when %s", async (_name, table) => {
    const server = createServer(toIds(Array(20_000).fill(1)));
    const GET = server.client.GET as unknown as (...call: unknown[]) => Promise<unknown>;
    const client = {
      GET: (path: string, init: unknown) => {
        server.change({ kind: "delete", at: 0 });
        return GET(path, init);
      },
    } as unknown as Client<Paths>;
    const reading = createPaginate(client, table)("/things", { params: { query: { page_size: 50 } } }).toArray();
    await expect(reading).rejects.toThrow(QBenchReadError);
    await expect(reading).rejects.toThrow("records came and went during every attempt");
  });
});

describe("What a quiet list costs", () => {
  it.each([
    [1, 1],
    [10, 1],
    [11, 2],
    [20, 2],
    [21, 4],
    [1000, 101],
    [2000, 202],
  ])("of %i records in pages of ten is %i requests", async (count, requests) => {
    const server = createServer(toIds(Array(count).fill(2)));
    const all = await createPaginate(server.client, byId)("/things", {
      params: { query: { page_size: 10 } },
    }).toArray();
    expect(all).toHaveLength(count);
    expect(server.requests()).toBe(requests);
  });
});
