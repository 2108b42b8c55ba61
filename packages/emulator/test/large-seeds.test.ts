import { describe, expect, it, vi } from "vitest";
import { readInitialRecords } from "../src/given-records/initial-records.js";
import { buildDocument, createEmulator } from "../src/index.js";
import { customizeModel, readModel } from "../src/model/model.js";
import { createRandom } from "../src/records/random.js";
import { createStore } from "../src/records/store.js";
import { computedFields, createComputedFields } from "../src/rules/computed-fields.js";
import { reportsOn } from "../src/rules/report-scope.js";
import { seedStore } from "../src/seed/seed-store.js";
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

describe("a laboratory whose collections are all large", () => {
  const sizes = { "*": 100_000 };

  /** Creates the store of such a laboratory, and counts the records that are made. */
  function createLargeStore() {
    const made = vi.fn();
    const model = customizeModel(readModel(buildDocument()));
    const store = createStore(model, {
      computedFields,
      reportsOn,
      createComputedFields: (...args) => {
        const complete = createComputedFields(...args);
        return (entity, record) => {
          if (model.entities.has(entity)) made(entity);
          return complete(entity, record);
        };
      },
    });
    seedStore(model, store, createRandom(1), readInitialRecords(model, sizes).sizes);
    return { model, store, made };
  }

  it("makes only the small laboratory when it is created, and then only the records that are read", () => {
    const { model, store, made } = createLargeStore();
    const small = [...model.entities.values()].reduce((sum, { seed }) => sum + seed.count, 0);
    expect(made).toHaveBeenCalledTimes(small);
    for (const { name, seed } of model.entities.values()) {
      expect(store.slice(name, 0, 20, false).total).toBe(seed.count > 0 ? 100_000 : 0);
    }
    expect(made).toHaveBeenCalledTimes(small);
    expect(store.withValue("Test", "sample.order_id", 50_000)).toHaveLength(1);
    expect(made.mock.calls.length).toBeLessThan(small + 20);
  });

  it("makes a few records for a page, a list below one record, and a filter by ids", async () => {
    const { model, store, made } = createLargeStore();
    const before = made.mock.calls.length;
    for (const [entity, list] of [
      ["Order", "samples"],
      ["Order", "tests"],
      ["Order", "comments"],
      ["Order", "attachments"],
      ["Order", "reports"],
      ["Order", "invoices"],
      ["Sample", "tests"],
      ["Sample", "reports"],
      ["Sample", "sub-samples"],
      ["Test", "reports"],
      ["Invoice", "invoice-items"],
      ["Customer", "sub-customers"],
    ] as const) {
      for (const id of [7, 70_007]) {
        const nested = model.entities.get(entity)?.nested.get(list);
        const record = store.find(entity, id);
        if (nested && record) store.children(record, nested);
      }
    }
    expect(made.mock.calls.length).toBeLessThan(before + 300);
  });

  it("finds the reports of a sample among thousands, also one that was created from a test of it", async () => {
    const { request } = createTestEmulator({ records: { "*": 3000 } });
    const { sample_id: sample } = (await request("GET", "/tests/2500")).body.data;
    const { order_id: order } = (await request("GET", `/samples/${sample}`)).body.data;
    const before = ids((await request("GET", `/reports?sample_ids=${sample}`)).body);
    const [{ id }] = (await request("POST", "/reports", [{ report_config_id: "1", test_ids: ["2500"] }])).body.data;
    for (const list of [
      `/reports?sample_ids=${sample}`,
      `/samples/${sample}/reports`,
      `/reports?order_ids=${order}`,
      "/tests/2500/reports",
      "/reports?test_ids=2500&test_ids=9999",
    ]) {
      expect([list, ids((await request("GET", list)).body)]).toEqual([list, [...before, id]]);
    }
    await request("DELETE", "/tests/2500");
    expect(ids((await request("GET", `/reports?sample_ids=${sample}`)).body)).toEqual(before);
  });

  it("finds exactly the records that a scan of all records finds, by each field that it has an index for", () => {
    const model = customizeModel(readModel(buildDocument()));
    const store = createStore(model, { computedFields, reportsOn, createComputedFields });
    seedStore(model, store, createRandom(1), readInitialRecords(model, { "*": 230 }).sizes);
    const random = createRandom(7);
    for (const { name, fields, seed } of model.entities.values()) {
      if (seed.count === 0) continue;
      for (let n = 0; n < 5; n++) store.update(name, random.integer(1, 230), {});
      store.remove(name, random.integer(1, 230));
      const records = store.all(name);
      for (const field of [...fields.keys(), "order_id", "test_ids"]) {
        for (const value of [1, 7, 96, 97, 200, 230, "ORDER", null]) {
          const found = store.indexed(name, field, value);
          if (!found) continue;
          const scanned = records.filter(record => [record[field]].flat().some(own => String(own) === String(value)));
          expect([name, field, value, found]).toEqual([name, field, value, scanned]);
        }
      }
    }
  });
});
