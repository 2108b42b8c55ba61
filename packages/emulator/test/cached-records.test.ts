import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildDocument } from "../src/index.js";
import { createTestEmulator } from "./support/client.js";

type TestEmulator = ReturnType<typeof createTestEmulator>;
/** Sends a write. It may be rejected, for example because its record was deleted. */
type Write = (test: TestEmulator) => Promise<unknown>;

const id = fc.integer({ min: 1, max: 4 });
const text = fc.constantFrom("Anna", "Berta", "Clara");

const request = (method: string, path: string, body?: unknown): Write =>
  Object.assign(async ({ request: send }: TestEmulator) => send(method, path, body), {
    // Shown for a counterexample.
    [fc.toStringMethod]: () => `${method} ${path} ${JSON.stringify(body) ?? ""}`,
  });

/** Changes records that other records show, relations between them, and which records a list selects. */
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(id, text).map(([n, name]) => request("PATCH", "/customers", [{ id: n, customer_name: name }])),
  fc.tuple(id, text).map(([n, name]) => request("PATCH", "/contacts", [{ id: n, first_name: name }])),
  fc.tuple(id, id).map(([n, assay]) => request("PATCH", "/tests", [{ id: n, assay_id: assay }])),
  fc.tuple(id, id).map(([n, customer]) => request("PATCH", "/orders", [{ id: n, customer_account_id: customer }])),
  fc.tuple(id, text).map(([n, comments]) => request("PATCH", "/samples", [{ id: n, comments }])),
  fc.tuple(id, id).map(([n, order]) => request("POST", "/samples", [{ order_id: order, sample_type: `${n}` }])),
  fc.tuple(id, id).map(([sample, assay]) => request("POST", "/tests", [{ sample_id: sample, assay_id: assay }])),
  text.map(name => request("POST", "/customers", [{ customer_name: name }])),
  fc
    .tuple(fc.constantFrom("customers", "contacts", "samples", "tests", "assays", "orders"), id)
    .map(([list, n]) => request("DELETE", `/${list}/${n}`)),
  fc.tuple(id, id).map(([n, customer]) => request("POST", `/contacts/${n}/customers`, [{ customer_id: customer }])),
  fc.tuple(id, id).map(([n, contact]) => request("DELETE", `/customers/${n}/contacts/${contact}`)),
  fc.tuple(id, id).map(([n, invoice]) => request("POST", `/payments/${n}/invoices`, [{ invoice_id: invoice }])),
  id.map(n => request("POST", `/invoices/${n}/sync`)),
  fc
    .tuple(id, text)
    .map(([n, value]) =>
      request("PATCH", "/tests/worksheets/dynamic/named-cells", [
        { id: n, qb_dynamic_spreadsheet_patch: { result: value } },
      ]),
    ),
  text.map<Write>(
    name =>
      async ({ emulator }) =>
        emulator.clients.create({ id: "another", name }),
  ),
);

const reads = [
  ...["customers", "contacts", "orders", "samples", "tests", "invoices", "api-clients"].map(list => `/${list}`),
  "/contacts/1",
  "/orders/2",
  "/customers?sort_by=customer_name&sort_order=DESC",
  "/customers?customer_name=a&page_size=2&page_num=2",
  "/contacts?customer_id=2",
  "/samples?include_deleted=TRUE",
  "/tests?order_ids=1&order_ids=2",
  "/orders/1/samples",
  "/customers/1/contacts",
  "/payments/1/invoices",
];

async function readAll({ request: send }: TestEmulator): Promise<Record<string, unknown>> {
  const responses: Record<string, unknown> = {};
  for (const path of reads) {
    const { status, body } = await send("GET", path);
    // An error has a random token.
    responses[path] = status === 200 ? body : status;
  }
  return responses;
}

const document = buildDocument();
const create = () =>
  createTestEmulator({ document, limits: { requests: 1_000_000 }, customFields: { samples: { taken_by: "USER" } } });

describe("an emulator that has shown its records before", () => {
  it("shows the same lists and records after random writes as an emulator that shows them for the first time", async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 2, maxLength: 4 }), async writes => {
        const used = create();
        const fresh = create();
        for (const send of writes) {
          await readAll(used);
          await send(used);
          await send(fresh);
        }
        const expected = await readAll(fresh);
        expect(await readAll(used)).toEqual(expected);
        found += Object.values(expected).filter(body => typeof body === "object").length;
      }),
      { numRuns: 15 },
    );
    expect(found).toBeGreaterThan(reads.length);
  });

  it.each([
    ["a change of a record", "PATCH", "/orders", [{ id: 1, customer_account_id: 4 }], "/orders"],
    ["a change of a record that others show", "PATCH", "/customers", [{ id: 1, customer_name: "New" }], "/orders"],
    ["a new record", "POST", "/customers", [{ customer_name: "A" }], "/customers?sort_by=customer_name"],
    ["a deleted record", "DELETE", "/contacts/1", undefined, "/contacts?sort_by=first_name"],
    ["a deleted record that others show", "DELETE", "/customers/1", undefined, "/orders"],
    ["a new relation", "POST", "/contacts/1/customers", [{ customer_id: 5 }], "/contacts"],
    ["an ended relation", "DELETE", "/customers/5/contacts/1", undefined, "/contacts"],
    ["an action", "POST", "/invoices/1/sync", undefined, "/invoices"],
  ])("shows the effect of %s in a list that it has shown before", async (_, method, path, body, list) => {
    const { request: send } = createTestEmulator();
    await send("PATCH", "/invoices", [{ id: 1, out_of_sync: true }]);
    if (method === "DELETE") await send("POST", "/contacts/1/customers", [{ customer_id: 5 }]);
    const before = await send("GET", list);
    expect(before.status).toBe(200);
    expect((await send("GET", list)).body).toEqual(before.body);
    expect((await send(method, path, body)).status).toBeLessThan(300);
    expect((await send("GET", list)).body).not.toEqual(before.body);
  });

  it("removes a record from a list that it has shown before if their relation ends", async () => {
    const { request: send } = createTestEmulator();
    const idsOfContacts = async (): Promise<number[]> =>
      (await send("GET", "/customers/5/contacts")).body.data.map(({ id }: { id: number }) => id);
    await send("POST", "/customers/5/contacts", [{ contact_id: 1 }]);
    expect(await idsOfContacts()).toContain(1);
    await send("DELETE", "/customers/5/contacts/1");
    expect(await idsOfContacts()).not.toContain(1);
  });

  it("shows the lists below different records apart", async () => {
    const { request: send } = createTestEmulator();
    for (const order of [1, 2, 1]) {
      const { body } = await send("GET", `/orders/${order}/samples`);
      expect(new Set(body.data.map((sample: { order_id: number }) => sample.order_id))).toEqual(new Set([order]));
    }
  });

  it("shows the address of each request in the links of its response", async () => {
    const { emulator, token } = createTestEmulator();
    for (const origin of ["https://lab.example", "http://localhost:4010", "https://lab.example"]) {
      const response = await emulator.fetch(
        new Request(`${origin}/qbench/api/v2/samples`, { headers: { Authorization: `Bearer ${await token()}` } }),
      );
      const text = await response.text();
      expect(text).toContain(`"_self":"${origin}/`);
      expect(text.match(/"_self":"https?:\/\/[^/]*/g)).toEqual(text.match(/"_self":"/g)?.map(start => start + origin));
    }
  });
});
