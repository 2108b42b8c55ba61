import { type OrderUpdate, resources } from "@qbench-sdk/types";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type ClientEvent,
  customField,
  customFields,
  QBenchApiError,
  QBenchIgnoredFieldsError,
  QBenchInputError,
  QBenchWriteError,
} from "../src/index.js";
import { errorOf } from "./support/error-of.js";
import { createTestClient } from "./support/laboratory.js";

const notes = (...ids: number[]): OrderUpdate[] => ids.map(id => ({ id, invoicing_notes: `note ${id}` }));

const withUnknownField = [{ id: 1, invoicing_notes: "kept", purchase_order_numbr: "secret value" } as OrderUpdate];

interface Loose {
  list(query: object): Promise<{ data: object[] }>;
  update(body: object[], options: object): Promise<object[]>;
}

const isReference = (value: unknown): value is { id: unknown } =>
  typeof value === "object" && value !== null && "_self" in value && "id" in value;

describe("the check of the records before a write", () => {
  it.each<[string, unknown, string, number?]>([
    ["one record", { id: 1 }, "the records must be an array that is not empty, such as [record]."],
    ["an empty list", [], "the records must be an array that is not empty, such as [record]."],
    ["a list with null", [{ id: 1 }, null], "item 1 is not an object.", 1],
    ["a list in a list", [[]], "item 0 is not an object.", 0],
    ["a record without an id", [{ id: 1 }, { state: "x" }], "item 1 has no id.", 1],
    ["one id twice", [{ id: 1 }, { id: 2 }, { id: "1" }], "item 2 has the same id as item 0. Merge the two.", 2],
  ])("an update with %s throws a QBenchInputError and sends nothing", async (_, body, message, index) => {
    const { client, requests } = createTestClient();
    const error = await errorOf(client.orders.update(body as OrderUpdate[]));
    expect(error).toBeInstanceOf(QBenchInputError);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: `orders.update: ${message}`, ...(index !== undefined && { index }) });
    expect(requests).toEqual([]);
  });

  it("an update rejects a chunkSize that is not a whole number of at least 1", async () => {
    const { client } = createTestClient();
    for (const chunkSize of [0, -1, 1.5, Number.NaN]) {
      await expect(client.orders.update(notes(1), { chunkSize })).rejects.toThrow(
        "orders.update: chunkSize must be a whole number from 1 to 2147483647.",
      );
    }
  });
});

describe("a write of many records", () => {
  it("a write sends records in requests of 100, in order, and returns one list", async () => {
    const { client, sent } = createTestClient();
    const body = Array.from({ length: 230 }, (_, index) => ({ customer_account_id: 1, invoicing_notes: `${index}` }));
    const orders = await client.orders.create(body);
    expect(orders.map(({ invoicing_notes }) => invoicing_notes)).toEqual(body.map(each => each.invoicing_notes));
    expect(sent()).toEqual(["/orders", "/orders", "/orders"]);
  });

  it("a write reports the outcome of each request if QBench rejects one of them", async () => {
    const { client } = createTestClient();
    const error = await errorOf(client.orders.update(notes(1, 2, 999_999, 4, 5), { chunkSize: 2 }));
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

  it.each(["connection", "server"])("a write is reported as unknown and not sent again if the %s fails", async kind => {
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
    const error = await errorOf(client.orders.update(notes(1, 2, 3), { chunkSize: 1 }));
    expect(error).toMatchObject({
      outcomes: [{ state: "written" }, { state: "unknown", start: 1 }, { state: "unsent" }],
    });
    expect(writes).toBe(2);
    expect((await client.orders.get(2)).invoicing_notes).toBe("note 2");
  });

  it("a write stops between two requests when its signal is aborted", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    // The event arrives between the two requests.
    const { client, sent } = createTestClient({}, { onEvent: () => abort.abort(reason) });
    const body = [...withUnknownField, ...notes(2)];
    const error = await errorOf(client.orders.update(body, { chunkSize: 1, signal: abort.signal }));
    expect(error).toMatchObject({ cause: reason, outcomes: [{ state: "written" }, { state: "unsent", start: 1 }] });
    expect(sent()).toHaveLength(1);
  });

  it("a write of one request throws the error of that request", async () => {
    const { client } = createTestClient();
    await expect(client.orders.update(notes(999_999))).rejects.toThrow(QBenchApiError);
  });
});

describe("a field that QBench ignores", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Records what is written to the console instead of an ignored field's value. */
  const watchWarnings = (): (() => string[]) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    return () => warn.mock.calls.map(parameters => parameters.join(" "));
  };
  const orderWith = (fields: Record<string, unknown>): OrderUpdate => ({ id: 1, ...customFields(fields) });

  it("a write warns once of each ignored field of a resource, with its name and without its value", async () => {
    const warnings = watchWarnings();
    const { client } = createTestClient();
    await client.orders.update([orderWith({ warned_a: "secret" }), { ...orderWith({ warned_a: "secret" }), id: 2 }]);
    await createTestClient().client.orders.update([orderWith({ warned_a: "secret", warned_b: "secret" })]);
    await client.orders.create([{ customer_account_id: 1, ...customFields({ warned_b: "secret" }) }]);
    await client.samples.update([{ id: 1, ...customFields({ warned_a: "secret" }) }]);
    expect(warnings()).toEqual(
      ["orders.update: $ warned_a", "orders.update: $ warned_b", "samples.update: $ warned_a"].map(each => {
        const [method, field] = each.split(" $ ");
        return (
          `${method} QBench ignored the field "${field}". Check its name, or set onIgnoredFields. ` +
          "This warning is not repeated for this field."
        );
      }),
    );
  });

  it("a warning cannot write control characters of a field's name to a terminal", async () => {
    const warnings = watchWarnings();
    await createTestClient().client.orders.update([orderWith({ "\u001b[31mred\n": 1 })]);
    await createTestClient().client.orders.update([orderWith({ "\u009b31m\u202ered": 1 })]);
    expect(warnings()).toEqual([
      expect.stringContaining('"\\u001b[31mred\\n"'),
      expect.stringContaining('"\\u009b31m\\u202ered"'),
    ]);
  });

  it("an error of ignored fields cannot write control characters of a field's name to a terminal", async () => {
    const update = [orderWith({ "\u001b[31m\u009b\u202ered\n": 1 })];
    const error = await errorOf(createTestClient().client.orders.update(update, { onIgnoredFields: "throw" }));
    expect(error).toMatchObject({
      message: expect.stringContaining("QBench ignored \\u001b[31m\\u009b\\u202ered\\u000a "),
      ignored: [{ id: 1, fields: Object.keys(update[0] ?? {}).filter(name => name !== "id") }],
    });
  });

  it("a client warns of no field that the tenant accepts, or that was not sent", async () => {
    const warnings = watchWarnings();
    const { client } = createTestClient({ customFields: { orders: { X_REVIEWED_BY: "STR" } } });
    const [order] = await client.orders.update([
      { id: 1, invoicing_notes: "kept", ...customFields({ X_REVIEWED_BY: "MB" }) },
    ]);
    expect(order && customField(order, "X_REVIEWED_BY")).toBe("MB");
    expect(warnings()).toEqual([]);
  });

  it("an event replaces the warning", async () => {
    const warnings = watchWarnings();
    const onEvent = vi.fn();
    const { client } = createTestClient({}, { onEvent });
    await client.orders.update([orderWith({ reported: 1 })]);
    await client.orders.update([orderWith({ reported: 1 })], { onIgnoredFields: "event" });
    expect(onEvent).toHaveBeenCalledTimes(2);
    expect(warnings()).toEqual([]);
  });

  it.each(["event", "off"] as const)("a write without a listener is silent if onIgnoredFields is %s", async mode => {
    const warnings = watchWarnings();
    const { client } = createTestClient();
    expect(await client.orders.update([orderWith({ [`silent_${mode}`]: 1 })], { onIgnoredFields: mode })).toHaveLength(
      1,
    );
    expect(warnings()).toEqual([]);
  });

  it("the client's option onIgnoredFields holds for each write that does not set its own", async () => {
    const warnings = watchWarnings();
    const { client } = createTestClient({}, { onIgnoredFields: "throw" });
    await expect(client.orders.update([orderWith({ thrown: 1 })])).rejects.toThrow(QBenchIgnoredFieldsError);
    expect(await client.orders.update([orderWith({ thrown: 1 })], { onIgnoredFields: "off" })).toHaveLength(1);
    expect(warnings()).toEqual([]);
  });

  it("an unknown value of onIgnoredFields throws a QBenchInputError before anything is sent", async () => {
    const { client, requests } = createTestClient();
    const mode = "error" as "throw";
    const expected = 'onIgnoredFields must be "warn", "event", "throw" or "off".';
    await expect(client.orders.update(notes(1), { onIgnoredFields: mode })).rejects.toThrow(
      `orders.update: ${expected}`,
    );
    expect(() => createTestClient({}, { onIgnoredFields: mode })).toThrow(`createQBenchClient: ${expected}`);
    expect(requests).toEqual([]);
  });

  it("an ignored field is reported as an event", async () => {
    const events: ClientEvent[] = [];
    const { client } = createTestClient({}, { onEvent: event => events.push(event) });
    expect(await client.orders.update(withUnknownField)).toMatchObject([{ id: 1, invoicing_notes: "kept" }]);
    const event = { type: "fields-ignored", method: "PATCH", path: "/qbench/api/v2/orders" };
    expect(events).toEqual([{ ...event, id: 1, fields: ["purchase_order_numbr"] }]);
  });

  it("an ignored field is thrown without its value, with the written records, if onIgnoredFields is throw", async () => {
    const { client } = createTestClient();
    const error = await errorOf(client.orders.update(withUnknownField, { onIgnoredFields: "throw" }));
    expect(error).toBeInstanceOf(QBenchIgnoredFieldsError);
    expect(error).toMatchObject({
      message:
        'orders.update: QBench ignored purchase_order_numbr (records: 1). The other fields are written. Check the names, or set onIgnoredFields to "warn".',
      ignored: [{ id: 1, fields: ["purchase_order_numbr"] }],
      records: [{ id: 1, invoicing_notes: "kept" }],
    });
    expect(String(error)).not.toContain("secret");
  });

  it("an ignored field stops the chunks after it, and its own chunk counts as written", async () => {
    const { client } = createTestClient();
    const error = await errorOf(
      client.orders.update([...withUnknownField, ...notes(2)], { chunkSize: 1, onIgnoredFields: "throw" }),
    );
    expect(error).toMatchObject({
      cause: expect.any(QBenchIgnoredFieldsError),
      outcomes: [{ state: "written", records: [{ id: 1 }] }, { state: "unsent" }],
    });
  });

  it("an ignored field is not reported if onIgnoredFields is off", async () => {
    const events: ClientEvent[] = [];
    const { client } = createTestClient({}, { onEvent: event => events.push(event) });
    await client.orders.update(withUnknownField, { onIgnoredFields: "off" });
    expect(events).toEqual([]);
  });

  it("a write with an ignored field succeeds although the listener throws", async () => {
    const onEvent = (): never => {
      throw new Error("listener");
    };
    const { client } = createTestClient({}, { onEvent });
    expect(await client.orders.update(withUnknownField)).toHaveLength(1);
  });

  it("a custom field of the tenant is not reported as ignored", async () => {
    const { client } = createTestClient({ customFields: { orders: { purchase_order: "STR" } } });
    const body = [{ id: 1, purchase_order: "PO-1" } as OrderUpdate];
    expect(await client.orders.update(body, { onIgnoredFields: "throw" })).toMatchObject([{ purchase_order: "PO-1" }]);
  });

  it.each(Object.entries(resources).filter(([, calls]) => "update" in calls && "list" in calls))(
    "no field of a record that was read from %s is reported as ignored when it is sent back",
    async name => {
      const { client } = createTestClient();
      const { list, update } = (client as unknown as Record<string, Loose>)[name] as Loose;
      const record = (await list({ page_size: 1 })).data[0] ?? {};
      expect(Object.keys(record).length).toBeGreaterThan(5);
      // Relations are read as references, and sent as links.
      const links = Object.entries(record).map(([field, value]) => [
        field,
        isReference(value) ? { id: value.id } : value,
      ]);
      const sent = Object.fromEntries(links.filter(([, value]) => value !== null));
      expect(await update([sent], { onIgnoredFields: "throw" })).toHaveLength(1);
    },
  );

  it("ignored fields are not searched for if the response has other fields than the request", async () => {
    const { client } = createTestClient();
    const body = [{ attachment_type: "ORDER", file_name: "a.pdf", object_id: 1 }] as const;
    expect(await client.attachments.create([...body], { onIgnoredFields: "throw" })).toMatchObject([{ object_id: 1 }]);
  });
});
