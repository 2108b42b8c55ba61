import { describe, expect, it } from "vitest";
import { QBenchApiError } from "../src/index.js";
import { setUp } from "./service.js";

const tests = "/qbench/api/v2/tests";

describe("paginate", () => {
  it("gives every record once, in pages of 50", async () => {
    const { client, sent } = setUp();
    const ids: (number | undefined)[] = [];
    for await (const test of client.paginate(tests)) ids.push(test.id);
    expect(ids).toEqual(Array.from({ length: 192 }, (_, index) => index + 1));
    expect(sent()).toEqual([1, 2, 3, 4].map(page => `/tests?page_num=${page}&page_size=50`));
  });

  it("keeps the filters, and begins with the page and the size that are asked for", async () => {
    const { client, sent } = setUp();
    const listing = client.paginate(tests, { params: { query: { order_ids: [1, 2], page_num: 2, page_size: 3 } } });
    expect((await listing.toArray()).map(({ id }) => id)).toEqual(await fromFourth(client));
    expect(sent()[0]).toBe("/tests?order_ids=1&order_ids=2&page_num=2&page_size=3");
  });

  it("hands out pages, with their numbers and the total", async () => {
    const { client } = setUp();
    const pages: number[][] = [];
    for await (const page of client.paginate("/qbench/api/v2/orders").pages()) {
      pages.push([page.page_number, page.data.length, page.total_count, page.total_pages]);
    }
    expect(pages).toEqual([[1, 48, 48, 1]]);
  });

  it("reads nothing before it is asked for, and no further than it is read", async () => {
    const { client, sent } = setUp();
    const listing = client.paginate(tests);
    expect(sent()).toEqual([]);
    for await (const { id } of listing) if (id === 60) break;
    expect(sent()).toHaveLength(2);
  });

  it("reads anew with each iteration", async () => {
    const { client } = setUp();
    const listing = client.paginate("/qbench/api/v2/orders");
    expect(await listing.toArray()).toHaveLength(48);
    await client.POST("/qbench/api/v2/orders", { body: [{ customer_account_id: 1 }] });
    expect(await listing.toArray()).toHaveLength(49);
  });

  it("reads the list below one record", async () => {
    const { client } = setUp();
    const samples = client.paginate("/qbench/api/v2/orders/{order_id}/samples", { params: { path: { order_id: 7 } } });
    expect((await samples.toArray()).map(({ order_id }) => order_id)).toEqual([7, 7]);
  });

  it("ends with the error of a page, and leaves nothing out in silence", async () => {
    const { client, emulator } = setUp();
    const seen: unknown[] = [];
    const reading = async (): Promise<void> => {
      for await (const test of client.paginate(tests)) {
        seen.push(test.id);
        if (seen.length === 100) emulator.faults.add({ on: "api", status: 500 });
      }
    };
    await expect(reading()).rejects.toThrow(QBenchApiError);
    expect(seen).toHaveLength(100);
  });

  it("stops when its signal is aborted, with the signal's reason", async () => {
    const { client } = setUp();
    const abort = new AbortController();
    const reason = new Error("enough");
    const reading = async (): Promise<void> => {
      for await (const { id } of client.paginate(tests, { signal: abort.signal })) if (id === 50) abort.abort(reason);
    };
    await expect(reading()).rejects.toBe(reason);
  });

  it("takes a missing count of pages for the last page", async () => {
    const { client } = setUp({}, { fetch: request => Promise.resolve(answer(request)) });
    expect(await client.paginate(tests).toArray()).toEqual([{ id: 1 }]);
  });
});

function answer(request: Request): Response {
  const token = { access_token: "a", token_type: "Bearer", expires_in: 3600 };
  return Response.json(request.url.includes("/auth/") ? token : { data: [{ id: 1 }], page_number: 1, total_count: 1 });
}

/** What the second and later pages of three records hold, read in one page. */
async function fromFourth(client: ReturnType<typeof setUp>["client"]): Promise<(number | undefined)[]> {
  const { data } = await client.GET(tests, { params: { query: { order_ids: [1, 2], page_size: 50 } } });
  return (data?.data ?? []).slice(3).map(({ id }) => id);
}
