import type { Test } from "@qbench-sdk/types";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  createQBenchClient,
  type DatedQBenchClient,
  type QBenchClient,
  QBenchInputError,
  QBenchResponseError,
} from "../../src/index.js";
import { type Change, type MirroredList, type MirrorStore, type RecordId, syncList } from "../../src/mirror/mirror.js";
import { createTestClient } from "../support/laboratory.js";
import { collect, createMemoryMirror } from "../support/memory-mirror.js";

const halfAnHour = 1_800_000;

/** Mirrors the tests of a small laboratory once, half an hour ago by the server's clock. */
async function createMirroredTests(count = 120, clientOptions = {}) {
  let now = Date.UTC(2026, 5, 1, 12);
  const laboratory = createTestClient(
    { records: { tests: count }, clock: { now: () => now } },
    { limits: false, ...clientOptions },
  );
  const mirror = createMemoryMirror<Test>();
  const sync = (options?: Parameters<typeof syncList>[3]) =>
    collect(syncList(laboratory.client, "tests", mirror.store, options));
  const first = await sync();
  const wait = (ms: number): void => {
    now += ms;
  };
  wait(halfAnHour);
  laboratory.requests.length = 0;
  return { ...laboratory, mirror, sync, first, wait };
}

describe("syncList", () => {
  it("reads the whole list in the first round, and reports each record as created", async () => {
    const { client, mirror, first } = await createMirroredTests();
    const tests = await client.tests.list().toArray();
    expect(mirror.all()).toEqual(tests);
    expect(first).toEqual(tests.map(({ id }) => `created ${id}`));
  });

  it("reports only what was created, updated and deleted since the last round", async () => {
    const { client, mirror, sync } = await createMirroredTests();
    const [created] = await client.tests.create([{ sample_id: 1, assay_id: 1 }]);
    await client.tests.update([{ id: 5, comments: "changed" }]);
    await client.tests.delete(7);
    expect(await sync()).toEqual(["updated 5", `created ${created?.id}`, "deleted 7"]);
    expect(mirror.all()).toEqual(await client.tests.list().toArray());
  });

  it("reports nothing in a round without changes, and sends three requests", async () => {
    const { client, sync, sent, requests } = await createMirroredTests();
    await client.tests.delete(7);
    expect(await sync()).toEqual(["deleted 7"]);
    requests.length = 0;
    expect(await sync()).toEqual([]);
    expect(sent()).toHaveLength(3);
  });

  it("does not look for deleted records if `deletions` is false", async () => {
    const { client, sync, sent, requests } = await createMirroredTests();
    await client.tests.delete(7);
    requests.length = 0;
    expect(await sync({ deletions: false })).toEqual([]);
    expect(sent().filter(path => path.includes("include_deleted"))).toEqual([]);
    expect(await sync()).toEqual(["deleted 7"]);
  });

  it("reads the overlap again, by the server's clock, without reporting its records again", async () => {
    const { client, sync, sent, requests, wait } = await createMirroredTests();
    await client.tests.update([{ id: 5, comments: "changed" }]);
    expect(await sync()).toEqual(["updated 5"]);
    wait(60_000);
    requests.length = 0;
    expect(await sync({ overlapMs: 5 * 60_000 })).toEqual([]);
    const since = Date.UTC(2026, 5, 1, 12, 30 - 5);
    expect(sent().some(path => path.includes(`last_updated=${since / 1000}`))).toBe(true);
  });

  it("uses the clock of this machine if the responses have no date", async () => {
    const { client, emulator, options } = createTestClient();
    const undated = createQBenchClient({
      ...options,
      async fetch(request) {
        const { body, status, headers } = await emulator.fetch(request);
        return new Response(body, { status, headers: [...headers].filter(([name]) => name !== "date") });
      },
    });
    const mirror = createMemoryMirror<Test>();
    await collect(syncList(undated, "tests", mirror.store));
    await client.tests.update([{ id: 5, comments: "changed" }]);
    expect(await collect(syncList(undated, "tests", mirror.store))).toEqual(["updated 5"]);
  });

  it("yields the changes of a page again if the loop was left before the page was saved", async () => {
    const { client, mirror, sync } = await createMirroredTests();
    await client.tests.update([1, 2, 3].map(id => ({ id, comments: "changed" })));
    for await (const change of syncList(client, "tests", mirror.store)) {
      expect(change).toMatchObject({ type: "updated", id: 1, record: { comments: "changed" } });
      break;
    }
    expect(await sync()).toEqual(["updated 1", "updated 2", "updated 3"]);
  });

  it("resumes in the middle of a long list, and adds a round for what has changed since the round started", async () => {
    let now = Date.UTC(2026, 5, 1);
    const { client, requests, sent } = createTestClient(
      { records: { tests: 5600 }, clock: { now: () => now } },
      { limits: false },
    );
    const mirror = createMemoryMirror<Test>();
    const sync = () => collect(syncList(client, "tests", mirror.store, { overlapMs: 0 }));
    mirror.onSave = when => {
      if (when === "after" && mirror.saves === 108) throw new Error("killed");
    };
    await expect(sync()).rejects.toThrow("killed");
    const saved = mirror.ids();
    now += halfAnHour;
    await client.tests.update([{ id: 5, comments: "changed" }]);
    await client.tests.delete(7);
    now += halfAnHour;
    requests.length = 0;
    const changes = await sync();
    expect(changes.filter(change => !change.startsWith("created"))).toEqual(["deleted 7", "updated 5"]);
    expect(changes).toHaveLength(5600 - saved.length + 2);
    expect(sent().length).toBeLessThan(60);
    expect(mirror.all()).toEqual(await client.tests.list().toArray());
  });

  it("finds a record that was deleted while a long list was read", async () => {
    const { client } = createTestClient({ records: { tests: 5600 } }, { limits: false });
    const mirror = createMemoryMirror<Test>();
    mirror.onSave = async when => {
      if (when === "before" && mirror.saves === 108) await client.tests.delete(7);
    };
    expect((await collect(syncList(client, "tests", mirror.store))).at(-1)).toBe("deleted 7");
    expect(mirror.ids()).toHaveLength(5599);
  });

  it("reads only the changes after an interruption of a later round", async () => {
    const { client, mirror, sync, sent, requests, wait } = await createMirroredTests();
    await client.tests.update(Array.from({ length: 60 }, (_, index) => ({ id: index + 1, comments: "changed" })));
    const { saves } = mirror;
    mirror.onSave = when => {
      if (when === "after" && mirror.saves === saves + 1) throw new Error("killed");
    };
    await expect(sync()).rejects.toThrow("killed");
    wait(halfAnHour);
    requests.length = 0;
    expect(await sync()).toHaveLength(10);
    const reads = sent().filter(path => !path.includes("include_deleted") && !path.includes("page_size=1&"));
    expect(reads.filter(path => !path.includes("last_updated") && !path.endsWith("page_size=1"))).toEqual([]);
  });

  it("starts a list that cannot be sorted again, because its records may have moved", async () => {
    const { client, emulator } = createTestClient({ records: { quotations: 200 } });
    const mirror = createMemoryMirror<{ id: number }>();
    const sync = () => collect(syncList(client, "quotations", mirror.store, { deletions: false }));
    mirror.onSave = when => {
      if (when === "after" && mirror.saves === 3) throw new Error("killed");
    };
    await expect(sync()).rejects.toThrow("killed");
    for (const id of mirror.ids()) emulator.records.delete("quotations", Number(id));
    await sync();
    expect(mirror.ids()).toHaveLength(200);
  });

  it("reports a change during a full comparison in the next round", async () => {
    const { client, mirror, sync, wait } = await createMirroredTests();
    const { saves } = mirror;
    mirror.onSave = async when => {
      if (when === "after" || mirror.saves !== saves + 1) return;
      wait(1000);
      await client.tests.update([{ id: 5, comments: "changed" }]);
      wait(1000);
    };
    expect(await sync({ full: true, overlapMs: 0 })).toEqual([]);
    expect(await sync({ overlapMs: 0 })).toEqual(["updated 5"]);
  });

  it("reads only the changes after a full comparison that was interrupted, and a full comparison adds no round", async () => {
    const { client, mirror, sync, sent, requests, wait } = await createMirroredTests();
    await client.tests.update([{ id: 5, comments: "changed" }]);
    const { saves } = mirror;
    mirror.onSave = when => {
      if (when === "after" && mirror.saves === saves + 1) throw new Error("killed");
    };
    await expect(sync({ full: true })).rejects.toThrow("killed");
    await client.tests.update([{ id: 6, comments: "changed" }]);
    requests.length = 0;
    expect(await sync({ deletions: false })).toEqual(["updated 6"]);
    expect(sent()).toHaveLength(2);
    wait(halfAnHour);
    await client.tests.update([{ id: 7, comments: "changed" }]);
    mirror.saves = saves;
    await expect(sync()).rejects.toThrow("killed");
    requests.length = 0;
    expect(await sync({ full: true })).toEqual([]);
    expect(sent().filter(path => path.endsWith("?page_size=1"))).toHaveLength(1);
  });

  it("sends no request if its signal is aborted", async () => {
    const { client, requests } = createTestClient();
    const { store } = createMemoryMirror<Test>();
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(collect(syncList(client, "tests", store, { signal }))).rejects.toThrow("stopped");
    expect(requests).toEqual([]);
  });

  it("removes no record in a full comparison if `deletions` is false", async () => {
    const { client, sync } = await createMirroredTests();
    await client.tests.delete(7);
    expect(await sync({ full: true, deletions: false })).toEqual([]);
    expect(await sync({ full: true })).toEqual(["deleted 7"]);
  });

  it("compares the whole list if it is asked to, and removes what the list does not have", async () => {
    const { client, mirror, sync } = await createMirroredTests();
    const [removed] = mirror.all();
    if (removed) mirror.records.set(9999, { version: "0", record: { ...removed, id: 9999 } });
    expect(await sync()).toEqual([]);
    expect(await sync({ full: true })).toEqual(["deleted 9999"]);
    expect(mirror.all()).toEqual(await client.tests.list().toArray());
    expect(await sync()).toEqual([]);
  });

  it("compares a list without `last_updated` in each round, and reports that with an event", async () => {
    const { client, sent, requests } = createTestClient({ records: { payments: 120 } });
    const mirror = createMemoryMirror();
    const events: unknown[] = [];
    const sync = () =>
      collect(syncList(client, "payments", mirror.store, { onEvent: event => void events.push(event) }));
    expect(await sync()).toHaveLength(120);
    await client.payments.delete(7);
    await client.payments.update([{ id: 9, check_number: "12" }]);
    requests.length = 0;
    expect(await sync()).toEqual(["updated 9", "deleted 7"]);
    expect(events).toEqual(Array(2).fill({ type: "full-comparison", list: "payments", reason: "no_last_updated" }));
    expect(sent().filter(path => path.includes("last_updated") || path.includes("include_deleted"))).toEqual([]);
    expect(mirror.all()).toEqual(await client.payments.list().toArray());
  });

  it("compares a list without `include_deleted`, except with `deletions: false`", async () => {
    const { client } = createTestClient();
    const mirror = createMemoryMirror();
    const events: unknown[] = [];
    const onEvent = (event: unknown) => void events.push(event);
    await collect(syncList(client, "quotations", mirror.store, { onEvent }));
    expect(events).toEqual([{ type: "full-comparison", list: "quotations", reason: "no_include_deleted" }]);
    await collect(syncList(client, "quotations", mirror.store, { onEvent, deletions: false }));
    expect(events).toHaveLength(1);
    expect(mirror.ids()).not.toEqual([]);
  });

  it("reports no change of a report whose presigned URL was signed anew", async () => {
    let now = Date.UTC(2026, 5, 1);
    const { client } = createTestClient({ clock: { now: () => now } });
    const [report] = await client.reports.create([{ report_config_id: 1, test_ids: [5] }]);
    await client.reports.get(report?.id ?? 0);
    const mirror = createMemoryMirror();
    await collect(syncList(client, "reports", mirror.store));
    const before = await client.reports.get(report?.id ?? 0);
    now += halfAnHour;
    const { url } = await client.reports.get(report?.id ?? 0);
    expect(url).not.toBe(before.url);
    expect(await collect(syncList(client, "reports", mirror.store))).toEqual([]);
  });

  it("deletes nothing if the server ignores `include_deleted`", async () => {
    const { client: _, emulator, options } = createTestClient();
    const client = createQBenchClient({
      ...options,
      fetch(request) {
        const url = new URL(request.url);
        url.searchParams.delete("include_deleted");
        return emulator.fetch(new Request(url, request));
      },
    });
    const mirror = createMemoryMirror<Test>();
    const round = collect(syncList(client, "tests", mirror.store));
    await expect(round).rejects.toThrow(QBenchResponseError);
    await expect(round).rejects.toThrow("lists record 1 of tests among the deleted ones");
    expect(mirror.ids()).not.toEqual([]);
    await collect(syncList(client, "tests", mirror.store, { full: true }));
    expect(mirror.all()).toEqual(await client.tests.list().toArray());
  });

  it("deletes what is deleted, and no other record, if the server takes `include_deleted` for all records", async () => {
    const { client: laboratory, emulator, options } = createTestClient({ records: { tests: 120 } });
    const mirror = createMemoryMirror<Test>();
    await collect(syncList(laboratory, "tests", mirror.store));
    const client = createQBenchClient({
      ...options,
      fetch: request => emulator.fetch(new Request(request.url.replace("DELETED_ONLY", "TRUE"), request)),
    });
    for (let id = 1; id <= 60; id++) await laboratory.tests.delete(id);
    const round = collect(syncList(client, "tests", mirror.store));
    await expect(round).rejects.toThrow("lists record 61 of tests among the deleted ones");
    await expect(collect(syncList(client, "tests", mirror.store))).rejects.toThrow(QBenchResponseError);
    const present = await laboratory.tests.list().toArray();
    expect(mirror.ids().slice(-60)).toEqual(present.map(({ id }) => id));
    await collect(syncList(client, "tests", mirror.store, { full: true }));
    expect(mirror.all()).toEqual(present);
  });

  it("compares the whole list if a server's clock was ahead in the last round", async () => {
    const { client: laboratory, emulator, options } = createTestClient();
    let aheadMs = 2 * 24 * 60 * 60_000;
    const client = createQBenchClient({
      ...options,
      async fetch(request) {
        const response = await emulator.fetch(request);
        const date = Date.parse(response.headers.get("Date") ?? "") + aheadMs;
        const headers = new Headers(response.headers);
        headers.set("Date", new Date(date).toUTCString());
        return new Response(response.body, { status: response.status, headers });
      },
    });
    const mirror = createMemoryMirror<Test>();
    const events: unknown[] = [];
    const sync = () => collect(syncList(client, "tests", mirror.store, { onEvent: event => void events.push(event) }));
    await sync();
    aheadMs = 0;
    await laboratory.tests.update([{ id: 5, comments: "changed" }]);
    await laboratory.tests.delete(7);
    expect(await sync()).toEqual(["updated 5", "deleted 7"]);
    expect(events).toEqual([{ type: "full-comparison", list: "tests", reason: "clock_moved_back" }]);
    aheadMs = -5 * 60_000;
    expect(await sync()).toEqual([]);
    expect(events).toHaveLength(1);
  });

  it("takes a version that is null for a missing one", async () => {
    const { client, mirror, sync } = await createMirroredTests();
    const { loadVersions } = mirror.store;
    mirror.store.loadVersions = async ids =>
      Array.from(await loadVersions(ids), ([id, version]) => [id, version ?? (null as never)] as const);
    const [created] = await client.tests.create([{ sample_id: 1, assay_id: 1 }]);
    expect(await sync()).toEqual([`created ${created?.id}`]);
    await client.tests.delete(7);
    expect(await sync()).toEqual(["deleted 7"]);
    expect(await sync()).toEqual([]);
  });

  it("recognizes the ids of a store that returns them as text", async () => {
    const { client, mirror, sync } = await createMirroredTests();
    const { loadVersions, loadIds } = mirror.store;
    mirror.store.loadVersions = async ids =>
      Array.from(await loadVersions(ids), ([id, version]) => [String(id), version] as const);
    mirror.store.loadIds = async () => Array.from(await loadIds(), String);
    await client.tests.update([{ id: 5, comments: "changed" }]);
    expect(await sync()).toEqual(["updated 5"]);
    expect(await sync({ full: true })).toEqual([]);
  });

  it("keeps the dates of a client whose dates are `Date`", async () => {
    const { options } = createTestClient();
    const client = createQBenchClient({ ...options, dates: "Date" });
    const mirror = createMemoryMirror<{ id: number; date_created?: Date | null | undefined }>();
    await collect(syncList(client, "orders", mirror.store));
    expect(mirror.all()[0]?.date_created).toBeInstanceOf(Date);
    expect(await collect(syncList(client, "orders", mirror.store, { full: true }))).toEqual([]);
  });

  it("reports the progress of the records and of the deleted ones", async () => {
    const { client, mirror } = await createMirroredTests();
    await client.tests.delete(7);
    await client.tests.update([{ id: 5, comments: "changed" }]);
    const progress: string[] = [];
    const onProgress = ({ phase, rows, total }: { phase: string; rows: number; total: number }) =>
      void progress.push(`${phase} ${rows} of ${total}`);
    await collect(syncList(client, "tests", mirror.store, { onProgress }));
    expect(progress).toEqual(["records 1 of 1", "deletions 1 of 1"]);
  });

  it("ends with the reason of its signal, and resumes", async () => {
    const { client } = createTestClient({ records: { tests: 120 } });
    const mirror = createMemoryMirror<Test>();
    const controller = new AbortController();
    mirror.onSave = () => controller.abort(new Error("stopped"));
    const round = collect(syncList(client, "tests", mirror.store, { signal: controller.signal }));
    await expect(round).rejects.toThrow("stopped");
    await collect(syncList(client, "tests", mirror.store));
    expect(mirror.ids()).toHaveLength(120);
  });

  it("ends with the error of the store", async () => {
    const { client } = createTestClient();
    const mirror = createMemoryMirror<Test>();
    mirror.onSave = () => {
      throw new Error("the disk is full");
    };
    await expect(collect(syncList(client, "tests", mirror.store))).rejects.toThrow("the disk is full");
  });

  it.each([
    ["an unknown list", "testz", {}, undefined, 'the client has no list "testz"'],
    ["a resource without a list", "labels", {}, undefined, 'the client has no list "labels"'],
    ["a negative overlap", "tests", { overlapMs: -1 }, undefined, "overlapMs must be"],
    ["NaN as the overlap", "tests", { overlapMs: Number.NaN }, undefined, "overlapMs must be"],
    ["a state that is not JSON", "tests", {}, "{", "loadState must return the text"],
    ["a state with another content", "tests", {}, '{"list":"tests","since":"yesterday"}', "loadState must return"],
    ["a round without a phase", "tests", {}, '{"list":"tests","round":{}}', "loadState must return"],
    ["the state of another list", "tests", {}, '{"list":"orders"}', 'the store mirrors "orders", not "tests"'],
  ])("rejects %s before it sends a request", async (_what, name, options, state, message) => {
    const { client, requests } = createTestClient();
    const { store } = createMemoryMirror<Test>();
    store.loadState = () => state;
    const round = collect(syncList(client, name as "tests", store, options));
    await expect(round).rejects.toThrow(QBenchInputError);
    await expect(round).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  it("takes the lists of the client, and types their records", () => {
    expectTypeOf<"tests" | "orders" | "reports" | "quotations">().toExtend<MirroredList<QBenchClient>>();
    expectTypeOf<Extract<MirroredList<QBenchClient>, "labels" | "comments" | "paginate" | "GET">>().toBeNever();
    expectTypeOf(syncList<QBenchClient, "tests">)
      .parameter(2)
      .toEqualTypeOf<MirrorStore<Test>>();
    type Dated = Extract<Change<never>, { type: "deleted" }> extends infer Deleted ? Deleted : never;
    expectTypeOf<Dated>().toEqualTypeOf<{ type: "deleted"; id: RecordId }>();
    type DatedTests = Parameters<typeof syncList<DatedQBenchClient, "tests">>[2];
    type Saved = Extract<Parameters<DatedTests["save"]>[0][number], { record: unknown }>["record"];
    expectTypeOf<Saved["last_updated"]>().toEqualTypeOf<Date | null | undefined>();
  });
});
