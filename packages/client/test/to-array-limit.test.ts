import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ListCursor, QBenchApiError, QBenchInputError, QBenchResponseError } from "../src/index.js";
import type { FetchPage } from "../src/lists/page-result.js";
import { createPaginate } from "../src/lists/paginate.js";
import { readFirst, readFirstById } from "../src/lists/read-first.js";
import { createTestClient } from "./support/laboratory.js";
import { createModelServer } from "./support/model-server.js";

const idsUpTo = (end: number, start = 1): number[] => Array.from({ length: end - start + 1 }, (_, at) => start + at);

describe("toArray with a limit", () => {
  it.each([
    [1, ["page_num=1&page_size=1"]],
    [10, ["page_num=1&page_size=10"]],
    [50, ["page_num=1&page_size=50"]],
    [51, ["page_num=1&page_size=50", "page_num=2&page_size=50"]],
    [100, ["page_num=1&page_size=50", "page_num=2&page_size=50"]],
    [192, [1, 2, 3, 4].map(page => `page_num=${page}&page_size=50`)],
    [9999, [1, 2, 3, 4].map(page => `page_num=${page}&page_size=50`)],
  ])("reads the first %i records in as few requests as possible", async (limit, pages) => {
    const { client, sent } = createTestClient();
    const tests = await client.tests.list().toArray({ limit });
    expect(tests.map(({ id }) => id)).toEqual(idsUpTo(Math.min(limit, 192)));
    expect(sent()).toEqual(pages.map(page => `/tests?sort_by=id&sort_order=ASC&${page}`));
  });

  it("yields the pages of the first records one by one, and requests no page after them", async () => {
    const { client, sent } = createTestClient();
    const sizes: number[] = [];
    for await (const { data } of client.tests.list().pages({ limit: 120 })) sizes.push(data.length);
    expect(sizes).toEqual([50, 50, 20]);
    expect(sent()).toHaveLength(3);
    expect(() => client.tests.list().pages({ limit: 0 })).toThrow(QBenchInputError);
  });

  it("keeps the filters, the order and the first page of the query", async () => {
    const { client, sent } = createTestClient();
    const newest = await client.orders.list({ sort_by: "id", sort_order: "DESC", page_size: 3 }).toArray({ limit: 5 });
    expect(newest.map(({ id }) => id)).toEqual([48, 47, 46, 45, 44]);
    const later = await client.orders.list({ page_num: 3, page_size: 10 }).toArray({ limit: 4 });
    expect(later.map(({ id }) => id)).toEqual([21, 22, 23, 24]);
    expect(await client.tests.list({ order_ids: [1, 2] }).toArray({ limit: 3 })).toHaveLength(3);
    expect(sent()).toEqual([
      "/orders?sort_by=id&sort_order=DESC&page_size=3&page_num=1",
      "/orders?sort_by=id&sort_order=DESC&page_size=3&page_num=2",
      "/orders?page_num=3&page_size=10&sort_by=id&sort_order=ASC",
      "/tests?order_ids=1&order_ids=2&sort_by=id&sort_order=ASC&page_num=1&page_size=3",
    ]);
  });

  it("reads a list that QBench cannot sort, and one that it refuses to sort", async () => {
    const { client, emulator, sent } = createTestClient();
    expect(await client.teams.list().toArray({ limit: 1 })).toHaveLength(1);
    expect(sent()).toEqual(["/teams?page_num=1&page_size=1"]);
    emulator.faults.add({ on: "api", status: 400, times: 1 });
    expect((await client.tests.list().toArray({ limit: 2 })).map(({ id }) => id)).toEqual([1, 2]);
    expect(sent().at(-1)).toBe("/tests?page_num=1&page_size=2");
  });

  it("works for paginate, with its progress", async () => {
    const { client, sent } = createTestClient();
    const reports: [rows: number, secondsLeft: number, page: number][] = [];
    const tests = await client
      .paginate("/qbench/api/v2/tests", {
        onProgress: ({ rows, secondsLeft, cursor }) => reports.push([rows, secondsLeft, cursor.page]),
      })
      .toArray({ limit: 60 });
    expect(tests).toHaveLength(60);
    expect(reports.at(-1)).toEqual([60, 0, 2]);
    expect(sent()).toHaveLength(2);
  });

  it("continues after the record of a cursor, also if records before it were deleted", async () => {
    const { client } = createTestClient();
    const read = async (limit: number) =>
      (await client.tests.list({}, { cursor: { page: 3, after: 110 } }).toArray({ limit })).map(({ id }) => id);
    expect(await read(3)).toEqual([111, 112, 113]);
    for (const id of idsUpTo(60)) await client.tests.delete(id);
    expect(await read(52)).toEqual(idsUpTo(162, 111));
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "5", null])(
    "rejects the limit %s and sends nothing",
    async limit => {
      const { client, requests } = createTestClient();
      const options = { limit: limit as number };
      for (const list of [client.orders.list(), client.paginate("/qbench/api/v2/orders")]) {
        await expect(list.toArray(options)).rejects.toThrow(QBenchInputError);
      }
      expect(requests).toEqual([]);
    },
  );

  it("throws the error of a request", async () => {
    const { client } = createTestClient({ faults: [{ on: "api", status: 403 }] });
    await expect(client.tests.list().toArray({ limit: 60 })).rejects.toThrow(QBenchApiError);
  });

  it("does not start again in another order if QBench rejects a later page", async () => {
    const { client, sent } = createTestClient();
    client.use({
      onResponse: ({ request }) =>
        request.url.includes("page_num=2") ? new Response(null, { status: 400 }) : undefined,
    });
    await expect(client.tests.list().toArray({ limit: 60 })).rejects.toMatchObject({
      name: "QBenchListError",
      rows: 50,
    });
    expect(sent()).toHaveLength(2);
  });

  it("finds the record of a cursor in few requests if many records before it were deleted", async () => {
    let requests = 0;
    const ids = idsUpTo(700, 401);
    const fetchPage: FetchPage = ({ page, size = 5 }) => {
      requests++;
      const data = ids.slice((page - 1) * size, page * size).map(id => ({ id }));
      return Promise.resolve({ data, page_number: page, total_count: ids.length, total_pages: ids.length / size });
    };
    const read: unknown[] = [];
    const list = { fetchPage, pageSize: 5, resumeFrom: { page: 50, after: 420 } };
    for await (const { page } of readFirstById(list, 2)) read.push(...page.data);
    expect(read).toEqual([{ id: 421 }, { id: 422 }]);
    expect(requests).toBeLessThan(20);
  });

  it.each<[ListCursor, number]>([
    [{ page: 10, after: 90 }, 1],
    [{ page: 1 }, 5],
    [{ page: 1 }, 13],
    [{ page: 1 }, 20],
  ])("misses no record after the cursor %o if most records are deleted before request %i", async (cursor, when) => {
    const ids = idsUpTo(300);
    const changes = ids.slice(0, 285).map(() => ({ leaves: 0, when }));
    const server = createModelServer(ids, { changes });
    const query = { page_size: 10 };
    const read = await createPaginate(server.client, () => true)("/things", { params: { query }, cursor }).toArray({
      limit: 290,
    });
    const found = read.map(({ id }) => id);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(idsUpTo(300, 286)));
  });

  it("throws a QBenchResponseError if the list becomes shorter during every attempt", async () => {
    let total = 1000;
    const fetchPage: FetchPage = ({ page }) => {
      total--;
      return Promise.resolve({ data: [{ id: page }], page_number: page, total_count: total, total_pages: 500 });
    };
    const reading = async (): Promise<void> => {
      for await (const _ of readFirst({ fetchPage, pageSize: 1, resumeFrom: { page: 1 } }, 100));
    };
    await expect(reading()).rejects.toThrow(QBenchResponseError);
  });

  it("yields every record that stays among the first ones once, and requests no page after them", async () => {
    const changes = fc.array(fc.record({ when: fc.nat(12), at: fc.nat(60), kind: fc.constantFrom("delete", "add") }), {
      maxLength: 4,
    });
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 70 }), changes, async (limit, list) => {
      let ids = idsUpTo(60);
      let requests = 0;
      let maxStart = 0;
      const deleted = new Set<number>();
      const fetchPage: FetchPage = async ({ page, size = 7, order }) => {
        for (const { at, kind } of list.filter(({ when }) => when === requests)) {
          if (kind === "add") ids = [...ids, Math.max(60, ...ids) + 1];
          else if (ids[at] !== undefined) deleted.add(ids.splice(at, 1)[0] ?? 0);
        }
        requests++;
        maxStart = Math.max(maxStart, (page - 1) * size);
        const sorted = order === "DESC" ? ids.toReversed() : ids;
        const data = sorted.slice((page - 1) * size, page * size).map(id => ({ id }));
        await Promise.resolve();
        return { data, page_number: page, total_count: ids.length, total_pages: Math.ceil(ids.length / size) };
      };
      const read: number[] = [];
      const start = { fetchPage, pageSize: 7, resumeFrom: { page: 1 } };
      for await (const { page } of readFirstById(start, limit)) {
        read.push(...page.data.map(record => (record as { id: number }).id));
      }
      expect(new Set(read).size).toBe(read.length);
      expect(read.length).toBeLessThanOrEqual(limit);
      expect(maxStart).toBeLessThan(limit + 7 * deleted.size + (list.length > 0 ? 7 : 0));
      if (list.length === 0) expect(read).toEqual(idsUpTo(Math.min(limit, 60)));
      // Without additions, a deletion changes the total, so no record before the last one is missing.
      const last = Math.max(...read);
      if (list.every(({ kind }) => kind === "delete")) {
        expect(ids.filter(id => id < last && !read.includes(id))).toEqual([]);
      }
    });
    await fc.assert(property, { numRuns: 300 });
  });
});
