import { describe, expect, it } from "vitest";
import { type ListProgress, QBenchApiError, QBenchListError, QBenchResponseError } from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

const tests = "/qbench/api/v2/tests";

describe("paginate", () => {
  it("gives every record once, in pages of 50", async () => {
    const { client, sent } = createTestClient();
    const ids: (number | undefined)[] = [];
    for await (const test of client.paginate(tests)) ids.push(test.id);
    expect(ids).toEqual(Array.from({ length: 192 }, (_, index) => index + 1));
    const newest = "/tests?sort_by=id&sort_order=DESC&page_num=1&page_size=50";
    const pages = [1, 2, 3, 4].map(page => `/tests?sort_by=id&sort_order=ASC&page_num=${page}&page_size=50`);
    expect(sent()).toEqual([newest, ...pages]);
  });

  it("keeps the filters, and begins with the page and the size that are asked for", async () => {
    const { client, sent } = createTestClient();
    const listing = client.paginate(tests, { params: { query: { order_ids: [1, 2], page_num: 2, page_size: 3 } } });
    expect((await listing.toArray()).map(({ id }) => id)).toEqual(await fromFourth(client));
    const start = "/tests?order_ids=1&order_ids=2";
    expect(sent().slice(0, 2)).toEqual([
      `${start}&page_num=1&page_size=3&sort_by=id&sort_order=DESC`,
      `${start}&page_num=2&page_size=3&sort_by=id&sort_order=ASC`,
    ]);
  });

  it("keeps an order that is asked for", async () => {
    const { client, sent } = createTestClient();
    const query = { sort_by: "id", sort_order: "DESC", page_size: 20 } as const;
    const all = await client.paginate("/qbench/api/v2/orders", { params: { query } }).toArray();
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 48 }, (_, index) => 48 - index));
    expect(sent().every(path => path.includes("sort_by=id&sort_order=DESC"))).toBe(true);
  });

  it("reads a list that the server does not sort by id as it is", async () => {
    const { client, emulator } = createTestClient();
    emulator.faults.add({ on: "api", status: 400, times: 1 });
    const all = await client.paginate(tests).toArray();
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 192 }, (_, index) => index + 1));
  });

  it("counts a list with one small page", async () => {
    const { client, sent } = createTestClient();
    expect(await client.paginate(tests, { params: { query: { order_ids: [1, 2] } } }).total()).toBe(8);
    expect(sent()).toEqual(["/tests?order_ids=1&order_ids=2&page_num=1&page_size=1"]);
  });

  it("tells how far it is after each page, and where to go on", async () => {
    const { client } = createTestClient();
    const told: ListProgress[] = [];
    const onProgress = (progress: ListProgress): void => {
      told.push(progress);
    };
    for await (const _test of client.tests.list({ page_size: 50 }, { onProgress }));
    expect(told.map(({ rows, total }) => [rows, total])).toEqual([50, 100, 150, 192].map(rows => [rows, 192]));
    expect(told.every(({ rowsPerSecond }) => rowsPerSecond > 0)).toBe(true);
    expect(told.at(-1)).toMatchObject({ secondsLeft: 0, cursor: { page: 3, after: 150 } });
  });

  it("hands out pages, with their numbers and the total", async () => {
    const { client } = createTestClient();
    const pages: number[][] = [];
    for await (const page of client.paginate("/qbench/api/v2/orders").pages()) {
      pages.push([page.page_number, page.data.length, page.total_count, page.total_pages]);
    }
    expect(pages).toEqual([[1, 48, 48, 1]]);
  });

  it("reads nothing before it is asked for, and at first no more than ten pages ahead", async () => {
    const { client, sent, requests } = createTestClient({ records: { tests: 5000 } });
    const listing = client.paginate(tests);
    expect(sent()).toEqual([]);
    for await (const { id } of listing) if (id === 60) break;
    // One to begin with, two that were taken, and ten.
    expect(sent()).toHaveLength(13);
    expect(requests.filter(({ signal }) => signal.aborted).length).toBeGreaterThan(0);
  });

  it("reads anew with each iteration", async () => {
    const { client } = createTestClient();
    const listing = client.paginate("/qbench/api/v2/orders");
    expect(await listing.toArray()).toHaveLength(48);
    await client.POST("/qbench/api/v2/orders", { body: [{ customer_account_id: 1 }] });
    expect(await listing.toArray()).toHaveLength(49);
  });

  it("reads the list below one record", async () => {
    const { client } = createTestClient();
    const samples = client.paginate("/qbench/api/v2/orders/{order_id}/samples", { params: { path: { order_id: 7 } } });
    expect((await samples.toArray()).map(({ order_id }) => order_id)).toEqual([7, 7]);
  });

  it("ends with the error of a page, and tells where to go on, so that nothing is left out in silence", async () => {
    const { client, emulator } = createTestClient(
      { records: { tests: 3000 }, limits: { requests: 1000 } },
      { limits: false },
    );
    const seen: unknown[] = [];
    const reading = async (): Promise<void> => {
      for await (const test of client.paginate(tests, { params: { query: { page_size: 10 } } })) {
        seen.push(test.id);
        if (seen.length === 100) emulator.faults.add({ on: "api", status: 404, times: 1 });
      }
    };
    const error: unknown = await reading().catch(reason => reason);
    expect(error).toBeInstanceOf(QBenchListError);
    const { cursor, rows, cause, message } = error as QBenchListError;
    expect(cause).toBeInstanceOf(QBenchApiError);
    expect(message).toContain(
      `tests stopped after ${rows} records, to go on from page 1: GET /qbench/api/v2/tests was`,
    );
    expect(rows).toBe(seen.length);
    const rest = await client.paginate(tests, { params: { query: { page_size: 10 } }, cursor }).toArray();
    expect(new Set([...seen, ...rest.map(({ id }) => id)]).size).toBe(3000);
  });

  it("asks again for a page whose body breaks off, but not for ever", async () => {
    const { client, emulator } = createTestClient({}, { retry: { attempts: 4 } });
    emulator.faults.add({ on: "api", cut: "during", times: 3 });
    expect(await client.paginate(tests).toArray()).toHaveLength(192);
    emulator.faults.add({ on: "api", cut: "during" });
    await expect(client.paginate(tests).toArray()).rejects.toMatchObject({
      name: "QBenchConnectionError",
      phase: "body",
    });
  });

  it("ends with the call's own error when nothing has been given", async () => {
    const { client } = createTestClient();
    const path = { order_id: 999 };
    const samples = client.paginate("/qbench/api/v2/orders/{order_id}/samples", { params: { path } });
    await expect(samples.toArray()).rejects.toMatchObject({ name: "QBenchApiError", status: 404 });
  });

  it("stops when its signal is aborted, with the signal's reason", async () => {
    const { client } = createTestClient();
    const abort = new AbortController();
    const reason = new Error("enough");
    const reading = async (): Promise<void> => {
      for await (const { id } of client.paginate(tests, { signal: abort.signal })) if (id === 50) abort.abort(reason);
    };
    await expect(reading()).rejects.toBe(reason);
  });

  it("gives nothing from a page on that is not there", async () => {
    const { client } = createTestClient();
    const query = { page_num: 2 };
    expect(await client.paginate("/qbench/api/v2/orders", { params: { query } }).toArray()).toEqual([]);
    expect(await client.paginate("/qbench/api/v2/teams", { params: { query } }).toArray()).toEqual([]);
  });

  it.each([["{}"], ["null"], ['{"data":{}}']])("says so when it is answered with %s", async body => {
    const { client } = createTestClient();
    client.use({ onResponse: ({ response }) => new Response(body, { status: response.status }) });
    await expect(client.tests.list().toArray()).rejects.toThrow(QBenchResponseError);
    await expect(client.teams.list().toArray()).rejects.toThrow("/qbench/api/v2/teams was not answered with a page");
  });

  it("takes a missing count of pages for the last page", async () => {
    const { client } = createTestClient({}, { fetch: request => Promise.resolve(answer(request)) });
    expect(await client.paginate(tests).toArray()).toEqual([{ id: 1 }]);
  });
});

function answer(request: Request): Response {
  const token = { access_token: "a", token_type: "Bearer", expires_in: 3600 };
  return Response.json(request.url.includes("/auth/") ? token : { data: [{ id: 1 }], page_number: 1, total_count: 1 });
}

/** What the second and later pages of three records hold, read in one page. */
async function fromFourth(client: ReturnType<typeof createTestClient>["client"]): Promise<(number | undefined)[]> {
  const { data } = await client.GET(tests, { params: { query: { order_ids: [1, 2], page_size: 50 } } });
  return (data?.data ?? []).slice(3).map(({ id }) => id);
}
