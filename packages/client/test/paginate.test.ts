import { describe, expect, it } from "vitest";
import { type ListProgress, QBenchApiError, QBenchListError, QBenchResponseError } from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

const tests = "/qbench/api/v2/tests";

describe("paginate", () => {
  it("paginate yields every record once, in pages of 50", async () => {
    const { client, sent } = createTestClient();
    const ids: (number | undefined)[] = [];
    for await (const test of client.paginate(tests)) ids.push(test.id);
    expect(ids).toEqual(Array.from({ length: 192 }, (_, index) => index + 1));
    const newest = "/tests?sort_by=id&sort_order=DESC&page_num=1&page_size=50";
    const pages = [1, 2, 3, 4].map(page => `/tests?sort_by=id&sort_order=ASC&page_num=${page}&page_size=50`);
    expect(sent()).toEqual([newest, ...pages]);
  });

  it("paginate keeps the filters, and starts at the page and with the page size of the query", async () => {
    const { client, sent } = createTestClient();
    const listing = client.paginate(tests, { params: { query: { order_ids: [1, 2], page_num: 2, page_size: 3 } } });
    expect((await listing.toArray()).map(({ id }) => id)).toEqual(await idsFromFourth(client));
    const start = "/tests?order_ids=1&order_ids=2";
    expect(sent().slice(0, 2)).toEqual([
      `${start}&page_num=1&page_size=3&sort_by=id&sort_order=DESC`,
      `${start}&page_num=2&page_size=3&sort_by=id&sort_order=ASC`,
    ]);
  });

  it("paginate keeps the sort order of the query", async () => {
    const { client, sent } = createTestClient();
    const query = { sort_by: "id", sort_order: "DESC", page_size: 20 } as const;
    const all = await client.paginate("/qbench/api/v2/orders", { params: { query } }).toArray();
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 48 }, (_, index) => 48 - index));
    expect(sent().every(path => path.includes("sort_by=id&sort_order=DESC"))).toBe(true);
  });

  it("paginate reads a list in the server's own order if the server rejects sorting by id", async () => {
    const { client, emulator } = createTestClient();
    emulator.faults.add({ on: "api", status: 400, times: 1 });
    const all = await client.paginate(tests).toArray();
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 192 }, (_, index) => index + 1));
  });

  it("paginate counts a list with one request for one record", async () => {
    const { client, sent } = createTestClient();
    expect(await client.paginate(tests, { params: { query: { order_ids: [1, 2] } } }).total()).toBe(8);
    expect(sent()).toEqual(["/tests?order_ids=1&order_ids=2&page_num=1&page_size=1"]);
  });

  it("paginate reports its progress after each page, with a cursor to resume from", async () => {
    const { client } = createTestClient();
    const reports: ListProgress[] = [];
    const onProgress = (progress: ListProgress): void => {
      reports.push(progress);
    };
    for await (const _test of client.tests.list({ page_size: 50 }, { onProgress }));
    expect(reports.map(({ rows, total }) => [rows, total])).toEqual([50, 100, 150, 192].map(rows => [rows, 192]));
    expect(reports.every(({ rowsPerSecond }) => rowsPerSecond > 0)).toBe(true);
    expect(reports.at(-1)).toMatchObject({ secondsLeft: 0, cursor: { page: 3, after: 150 } });
  });

  it("paginate yields pages with their number and the total", async () => {
    const { client } = createTestClient();
    const pages: number[][] = [];
    for await (const page of client.paginate("/qbench/api/v2/orders").pages()) {
      pages.push([page.page_number, page.data.length, page.total_count, page.total_pages]);
    }
    expect(pages).toEqual([[1, 48, 48, 1]]);
  });

  it("paginate sends no request before the first iteration, and then reads at most ten pages ahead", async () => {
    const { client, sent, requests } = createTestClient({ records: { tests: 5000 } });
    const listing = client.paginate(tests);
    expect(sent()).toEqual([]);
    for await (const { id } of listing) if (id === 60) break;
    // One for the last page, two that were taken, and ten that are read ahead.
    expect(sent()).toHaveLength(13);
    expect(requests.filter(({ signal }) => signal.aborted).length).toBeGreaterThan(0);
  });

  it("paginate starts a new read with each iteration", async () => {
    const { client } = createTestClient();
    const listing = client.paginate("/qbench/api/v2/orders");
    expect(await listing.toArray()).toHaveLength(48);
    await client.POST("/qbench/api/v2/orders", { body: [{ customer_account_id: 1 }] });
    expect(await listing.toArray()).toHaveLength(49);
  });

  it("paginate reads a list that belongs to one record", async () => {
    const { client } = createTestClient();
    const samples = client.paginate("/qbench/api/v2/orders/{order_id}/samples", { params: { path: { order_id: 7 } } });
    expect((await samples.toArray()).map(({ order_id }) => order_id)).toEqual([7, 7]);
  });

  it("paginate throws a QBenchListError with a cursor if a page fails, and a read from there completes the list", async () => {
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
    expect(message).toContain(`tests failed after ${rows} records. GET /qbench/api/v2/tests failed: `);
    expect(message).toContain("Pass error.cursor as the option cursor to continue from page 1.");
    expect(rows).toBe(seen.length);
    const rest = await client.paginate(tests, { params: { query: { page_size: 10 } }, cursor }).toArray();
    expect(new Set([...seen, ...rest.map(({ id }) => id)]).size).toBe(3000);
  });

  it("the client requests a page again if its body breaks off, up to the number of attempts", async () => {
    const { client, emulator } = createTestClient({}, { retry: { attempts: 4 } });
    emulator.faults.add({ on: "api", cut: "during", times: 3 });
    expect(await client.paginate(tests).toArray()).toHaveLength(192);
    emulator.faults.add({ on: "api", cut: "during" });
    await expect(client.paginate(tests).toArray()).rejects.toMatchObject({
      name: "QBenchConnectionError",
      phase: "body",
    });
  });

  it("paginate throws the error of the request if no record was yielded yet", async () => {
    const { client } = createTestClient();
    const path = { order_id: 999 };
    const samples = client.paginate("/qbench/api/v2/orders/{order_id}/samples", { params: { path } });
    await expect(samples.toArray()).rejects.toMatchObject({ name: "QBenchApiError", status: 404 });
  });

  it("paginate stops with the reason of its signal when that is aborted", async () => {
    const { client } = createTestClient();
    const abort = new AbortController();
    const reason = new Error("enough");
    const reading = async (): Promise<void> => {
      for await (const { id } of client.paginate(tests, { signal: abort.signal })) if (id === 50) abort.abort(reason);
    };
    await expect(reading()).rejects.toBe(reason);
  });

  it("paginate yields nothing if it starts after the last page", async () => {
    const { client } = createTestClient();
    const query = { page_num: 2 };
    expect(await client.paginate("/qbench/api/v2/orders", { params: { query } }).toArray()).toEqual([]);
    expect(await client.paginate("/qbench/api/v2/teams", { params: { query } }).toArray()).toEqual([]);
  });

  it.each([["{}"], ["null"], ['{"data":{}}']])(
    "paginate throws a QBenchResponseError if the response is %s",
    async body => {
      const { client } = createTestClient();
      client.use({ onResponse: ({ response }) => new Response(body, { status: response.status }) });
      await expect(client.tests.list().toArray()).rejects.toThrow(QBenchResponseError);
      await expect(client.teams.list().toArray()).rejects.toThrow(
        "GET /qbench/api/v2/teams failed: the data of the response is ",
      );
    },
  );

  it("paginate reads one page if the response has no count of pages", async () => {
    const { client } = createTestClient({}, { fetch: request => Promise.resolve(respond(request)) });
    expect(await client.paginate(tests).toArray()).toEqual([{ id: 1 }]);
  });
});

/** Responds to every API request with a page that has no `total_pages`. */
function respond(request: Request): Response {
  const token = { access_token: "a", token_type: "Bearer", expires_in: 3600 };
  return Response.json(request.url.includes("/auth/") ? token : { data: [{ id: 1 }], page_number: 1, total_count: 1 });
}

/** Reads the same list in one page, and returns what its second and later pages of three records should hold. */
async function idsFromFourth(client: ReturnType<typeof createTestClient>["client"]): Promise<(number | undefined)[]> {
  const { data } = await client.GET(tests, { params: { query: { order_ids: [1, 2], page_size: 50 } } });
  return (data?.data ?? []).slice(3).map(({ id }) => id);
}
