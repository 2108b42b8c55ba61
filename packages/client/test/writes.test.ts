import { type OrderUpdate, resources } from "@qbench-sdk/types";
import { describe, expect, it } from "vitest";
import {
  type ClientEvent,
  QBenchApiError,
  QBenchIgnoredFieldsError,
  QBenchInputError,
  QBenchWriteError,
} from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

const notes = (...ids: number[]): OrderUpdate[] => ids.map(id => ({ id, invoicing_notes: `note ${id}` }));

const dropping = [{ id: 1, invoicing_notes: "kept", purchase_order_numbr: "secret value" } as OrderUpdate];

interface Loose {
  list(query: object): Promise<{ data: object[] }>;
  update(body: object[], options: object): Promise<object[]>;
}

const isReference = (value: unknown): value is { id: unknown } =>
  typeof value === "object" && value !== null && "_self" in value && "id" in value;

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    error => error,
  );

describe("a list of records is refused before anything is sent", () => {
  it.each<[string, unknown, string, number?]>([
    ["no list", { id: 1 }, "orders.update: takes a list, also of one record"],
    ["empty", [], "orders.update: the list is empty"],
    ["with an item that is no record", [{ id: 1 }, null], "orders.update: item 1 is no record", 1],
    ["with a list in it", [[]], "orders.update: item 0 is no record", 0],
    ["with an item without an id", [{ id: 1 }, { state: "x" }], "orders.update: item 1 has no id", 1],
    ["with one id twice", [{ id: 1 }, { id: 2 }, { id: "1" }], "orders.update: item 2 has the id of item 0", 2],
  ])("that is %s", async (_, body, message, index) => {
    const { client, requests } = createTestClient();
    const error = await failureOf(client.orders.update(body as OrderUpdate[]));
    expect(error).toBeInstanceOf(QBenchInputError);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message, ...(index !== undefined && { index }) });
    expect(requests).toEqual([]);
  });

  it("when its requests have no size", async () => {
    const { client } = createTestClient();
    for (const chunkSize of [0, -1, 1.5, Number.NaN]) {
      await expect(client.orders.update(notes(1), { chunkSize })).rejects.toThrow("chunkSize is 1 or more");
    }
  });
});

describe("many records", () => {
  it("go in requests of 100, in order, and come back as one list", async () => {
    const { client, sent } = createTestClient();
    const body = Array.from({ length: 230 }, (_, index) => ({ customer_account_id: 1, invoicing_notes: `${index}` }));
    const orders = await client.orders.create(body);
    expect(orders.map(({ invoicing_notes }) => invoicing_notes)).toEqual(body.map(each => each.invoicing_notes));
    expect(sent()).toEqual(["/orders", "/orders", "/orders"]);
  });

  it("end with what became of each request when one is refused", async () => {
    const { client } = createTestClient();
    const error = await failureOf(client.orders.update(notes(1, 2, 999_999, 4, 5), { chunkSize: 2 }));
    expect(error).toBeInstanceOf(QBenchWriteError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^orders\.update failed\. Records: 2 written, 2 failed, 1 unsent\. PATCH .* See error\.outcomes\.$/,
      ),
      cause: expect.any(QBenchApiError),
      outcomes: [
        { state: "written", start: 0, count: 2, records: [{ id: 1 }, { id: 2 }] },
        { state: "failed", start: 2, count: 2, error: expect.any(QBenchApiError) },
        { state: "unsent", start: 4, count: 1 },
      ],
    });
    expect((await client.orders.get(5)).invoicing_notes).not.toBe("note 5");
  });

  it.each(["connection", "server"])("may have been done when the %s fails, and are not sent again", async kind => {
    let writes = 0;
    const { emulator, client } = createTestClient(
      {},
      {
        async fetch(request) {
          const response = await emulator.fetch(request);
          if (request.method !== "PATCH" || ++writes < 2) return response;
          if (kind === "connection") throw new TypeError("fetch failed");
          return new Response(null, { status: 502 });
        },
      },
    );
    const error = await failureOf(client.orders.update(notes(1, 2, 3), { chunkSize: 1 }));
    expect(error).toMatchObject({
      outcomes: [{ state: "written" }, { state: "unknown", start: 1 }, { state: "unsent" }],
    });
    expect(writes).toBe(2);
    expect((await client.orders.get(2)).invoicing_notes).toBe("note 2");
  });

  it("stop between two requests when their signal is aborted", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    // Told of between the two.
    const { client, sent } = createTestClient({}, { onEvent: () => abort.abort(reason) });
    const body = [...dropping, ...notes(2)];
    const error = await failureOf(client.orders.update(body, { chunkSize: 1, signal: abort.signal }));
    expect(error).toMatchObject({ cause: reason, outcomes: [{ state: "written" }, { state: "unsent", start: 1 }] });
    expect(sent()).toHaveLength(1);
  });

  it("of one request throw its error as it is", async () => {
    const { client } = createTestClient();
    await expect(client.orders.update(notes(999_999))).rejects.toThrow(QBenchApiError);
  });
});

describe("a field that QBench drops", () => {
  it("is told as an event", async () => {
    const events: ClientEvent[] = [];
    const { client } = createTestClient({}, { onEvent: event => events.push(event) });
    expect(await client.orders.update(dropping)).toMatchObject([{ id: 1, invoicing_notes: "kept" }]);
    const event = { type: "fields-ignored", method: "PATCH", path: "/qbench/api/v2/orders" };
    expect(events).toEqual([{ ...event, id: 1, fields: ["purchase_order_numbr"] }]);
  });

  it("is thrown when that is asked for, without its value, and with what was written", async () => {
    const { client } = createTestClient();
    const error = await failureOf(client.orders.update(dropping, { onIgnoredFields: "error" }));
    expect(error).toBeInstanceOf(QBenchIgnoredFieldsError);
    expect(error).toMatchObject({
      message:
        'orders.update: QBench ignored purchase_order_numbr (records: 1). The other fields are written. Check the names, or set onIgnoredFields to "event".',
      ignored: [{ id: 1, fields: ["purchase_order_numbr"] }],
      records: [{ id: 1, invoicing_notes: "kept" }],
    });
    expect(String(error)).not.toContain("secret");
  });

  it("ends many records, those with it being written", async () => {
    const { client } = createTestClient();
    const error = await failureOf(
      client.orders.update([...dropping, ...notes(2)], { chunkSize: 1, onIgnoredFields: "error" }),
    );
    expect(error).toMatchObject({
      cause: expect.any(QBenchIgnoredFieldsError),
      outcomes: [{ state: "written", records: [{ id: 1 }] }, { state: "unsent" }],
    });
  });

  it("is nobody's business when that is asked for", async () => {
    const events: ClientEvent[] = [];
    const { client } = createTestClient({}, { onEvent: event => events.push(event) });
    await client.orders.update(dropping, { onIgnoredFields: "ignore" });
    expect(events).toEqual([]);
  });

  it("does not turn a write into a failure when the listener throws", async () => {
    const onEvent = (): never => {
      throw new Error("listener");
    };
    const { client } = createTestClient({}, { onEvent });
    expect(await client.orders.update(dropping)).toHaveLength(1);
  });

  it("is no custom field that the tenant has", async () => {
    const { client } = createTestClient({ customFields: { orders: { purchase_order: "STR" } } });
    const body = [{ id: 1, purchase_order: "PO-1" } as OrderUpdate];
    expect(await client.orders.update(body, { onIgnoredFields: "error" })).toMatchObject([{ purchase_order: "PO-1" }]);
  });

  it.each(Object.entries(resources).filter(([, calls]) => "update" in calls && "list" in calls))(
    "is none of what was read: %s",
    async name => {
      const { client } = createTestClient();
      const { list, update } = (client as unknown as Record<string, Loose>)[name] as Loose;
      const record = (await list({ page_size: 1 })).data[0] ?? {};
      expect(Object.keys(record).length).toBeGreaterThan(5);
      // Read as references, relations are sent as links.
      const links = Object.entries(record).map(([field, value]) => [
        field,
        isReference(value) ? { id: value.id } : value,
      ]);
      const sent = Object.fromEntries(links.filter(([, value]) => value !== null));
      expect(await update([sent], { onIgnoredFields: "error" })).toHaveLength(1);
    },
  );

  it("is not looked for where records are not answered as they are sent", async () => {
    const { client } = createTestClient();
    const body = [{ attachment_type: "ORDER", file_name: "a.pdf", object_id: 1 }] as const;
    expect(await client.attachments.create([...body], { onIgnoredFields: "error" })).toMatchObject([{ object_id: 1 }]);
  });
});
