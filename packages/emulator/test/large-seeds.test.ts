import { describe, expect, it } from "vitest";
import { createEmulator } from "../src/index.js";
import { createTestEmulator } from "./support/client.js";

const ids = (body: { data: { id: number }[] }): number[] => body.data.map(({ id }) => id);

describe("an emulator with a million tests", () => {
  const { request } = createTestEmulator({ records: { tests: 1_000_000 }, limits: { requests: 10_000 } });
  const page = async (query: string) => (await request("GET", `/tests?page_size=3&${query}`)).body;

  it("serves every page of a list with a million tests", async () => {
    const first = await page("");
    expect(first).toMatchObject({ total_count: 1_000_000, total_pages: 333_334 });
    expect(ids(first)).toEqual([1, 2, 3]);
    expect(ids(await page("page_num=65"))).toEqual([193, 194, 195]);
    expect(ids(await page("page_num=333334"))).toEqual([1_000_000]);
    expect(ids(await page("sort_by=id&sort_order=DESC"))).toEqual([1_000_000, 999_999, 999_998]);
  });

  it("returns the same record each time, in a list and alone", async () => {
    const [listed] = (await page("page_num=200000")).data;
    const { data } = (await request("GET", `/tests/${listed.id}`)).body;
    expect(data).toEqual(listed);
    const [relisted] = (await page("page_num=200000")).data;
    expect(relisted).toEqual(listed);
  });

  it("remembers changed, deleted and created tests among a million", async () => {
    await request("PATCH", "/tests", [{ id: 500_002, comments: "Kept" }]);
    expect((await page("page_num=166668")).data[0]).toMatchObject({ id: 500_002, comments: "Kept" });
    await request("DELETE", "/tests/500001");
    await request("DELETE", "/tests/2");
    expect((await request("GET", "/tests/500001")).status).toBe(404);
    expect(ids(await page(""))).toEqual([1, 3, 4]);
    expect(ids(await page("page_num=166667"))).toEqual([500_000, 500_002, 500_003]);
    const [created] = (await request("POST", "/tests", [{ assay_id: 1, sample_id: 1 }])).body.data;
    expect(created.id).toBe(1_000_001);
    expect(ids(await page("sort_by=id&sort_order=DESC&page_num=1"))).toEqual([1_000_001, 1_000_000, 999_999]);
    expect(await page("")).toMatchObject({ total_count: 999_999 });
  });
});

describe("the option records", () => {
  it("keeps the first records unchanged when a collection becomes larger", async () => {
    const small = (await createTestEmulator().request("GET", "/tests?page_size=50")).body.data;
    expect(
      (await createTestEmulator({ records: { tests: 5000 } }).request("GET", "/tests?page_size=50")).body.data,
    ).toEqual(small);
  });

  it("accepts smaller and larger collections, filters them, and rejects an unknown collection", async () => {
    const { request } = createTestEmulator({ records: { teams: 0, tests: 1000, orders: 5 } });
    expect((await request("GET", "/teams")).body).toMatchObject({ data: [], total_count: 0 });
    expect(ids((await request("GET", "/orders")).body)).toEqual([1, 2, 3, 4, 5]);
    const { body } = await request("GET", "/tests?ids=999&ids=3&ids=1001");
    expect(ids(body)).toEqual([3, 999]);
    expect(() => createEmulator({ records: { testz: 1 } })).toThrow('"testz" is not a collection');
  });
});
