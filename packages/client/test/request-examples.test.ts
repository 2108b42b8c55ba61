import { describe, expect, it } from "vitest";
import { QBenchApiError, type QBenchClient } from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

/** The examples of the vendor's document, with ids of records that the emulator has. */
const examples: [operation: string, send: (client: QBenchClient) => Promise<unknown>][] = [
  ["assays.create", c => c.assays.create([{ title: "Hardening" }])],
  ["assays.update", c => c.assays.update([{ id: 1, title: "Quality" }])],
  [
    "attachments.create",
    c => c.attachments.create([{ attachment_type: "ORDER", file_name: "Chain of Custody.pdf", object_id: 1 }]),
  ],
  [
    "attachments.update",
    c =>
      c.attachments.update([
        {
          attach_to_report: true,
          attach_to_report_email: false,
          attachment_type: "ORDER",
          id: 1,
          is_public: true,
          notes: "Attachment Notes",
          published_to_portal: true,
        },
      ]),
  ],
  ["contacts.create", c => c.contacts.create([{ first_name: "Eren", last_name: "Jaeger" }])],
  ["contacts.update", c => c.contacts.update([{ id: 1, last_name: "Kruger" }])],
  ["contacts.linkCustomers", c => c.contacts.linkCustomers(1, [link])],
  ["customers.create", c => c.customers.create([{ customer_name: "Scout Regiment" }])],
  ["customers.update", c => c.customers.update([{ customer_name: "Garrison Regiment", id: 1 }])],
  ["customers.linkContacts", c => c.customers.linkContacts(1, [link])],
  [
    "integrations.createAssays",
    c => c.integrations.createAssays(1, [{ entity_id: 1, integration_vendor_id: "merge_uuid" }]),
  ],
  [
    "invoiceItems.create",
    c =>
      c.invoiceItems.create([
        {
          amount: 59.98,
          base_price: 29.99,
          invoice_id: 1,
          invoice_item_type: "INVOICE_ITEM",
          name: "Hardening",
          quantity: 2,
        },
      ]),
  ],
  ["invoiceItems.update", c => c.invoiceItems.update([{ id: 1, quantity: 5 }])],
  ["invoices.create", c => c.invoices.create([{ order_id: 1, template_id: 4 }])],
  ["invoices.update", c => c.invoices.update([{ id: 1, template_id: 5 }])],
  ["labels.print", c => c.labels.print(1, "orders", [{ count: 1, id: 1 }])],
  ["orders.create", c => c.orders.create([{ customer_account_id: 1 }])],
  ["orders.update", c => c.orders.update([{ id: 1, state: "COMPLETED" }])],
  ["panels.create", c => c.panels.create([{ title: "Upstream Flow" }])],
  ["panels.update", c => c.panels.update([{ id: 1, title: "Downstream Flow" }])],
  ["payments.create", c => c.payments.create([{ amount: 100, customer_id: 1, template_id: 456 }])],
  ["payments.update", c => c.payments.update([{ amount: 500, id: 1 }])],
  ["payments.linkInvoices", c => c.payments.linkInvoices(1, [{ applied_amount: 100, invoice_id: 1 }])],
  ["payments.updateInvoices", c => c.payments.updateInvoices(1, [{ applied_amount: 200, invoice_id: 1 }])],
  ["printdocs.create", c => c.printdocs.create([{ order_id: 1, printdoc_config_id: 1 }])],
  [
    "reports.create",
    c =>
      c.reports.create([
        { report_config_id: 1, signature_id: 1, test_id: 1, test_ids: [1], use_default_attachments: true },
      ]),
  ],
  ["samples.create", c => c.samples.create([{ description: "Red and large", sample_type: "Stone" }])],
  ["samples.update", c => c.samples.update([{ description: "Blue and small", id: 1 }])],
  ["tests.create", c => c.tests.create([{ assay_id: 1, sample_id: 1 }])],
  ["tests.update", c => c.tests.update([{ id: 1, results: "Positive" }])],
  [
    "tests.updateNamedCells",
    c =>
      c.tests.updateNamedCells([
        {
          id: 1,
          qb_dynamic_spreadsheet_patch: {
            cell_range: [
              ["a", "b"],
              ["c", "d"],
            ],
            single_cell: "abc",
          },
        },
      ]),
  ],
  [
    "turnarounds.create",
    c =>
      c.turnarounds.create([
        {
          default_duration: 1,
          flag_background_color: "#81C868",
          flag_text_color: "#FFFFF",
          name: "One-Day Rush",
        },
      ]),
  ],
  ["turnarounds.update", c => c.turnarounds.update([{ default_duration: 2, id: 1, name: "Two-Day Rush" }])],
];

const link = {
  contact_id: 1,
  customer_id: 1,
  portal_role_ids: [1, 2, 3],
  portal_user: true,
  receive_email: true,
  receive_invoice_email: true,
  send_portal_invite: true,
};

describe("the examples of the vendor's document", () => {
  it.each(examples)(
    "the example of %s compiles, and the emulator accepts it with all of its fields",
    async (_, send) => {
      const { client } = createTestClient({}, { onIgnoredFields: "throw" });
      await expect(send(client)).resolves.not.toThrow();
    },
  );
});

describe("a new invoice", () => {
  it("can have one order or several, and is in the list of each", async () => {
    const { client } = createTestClient({}, { onIgnoredFields: "throw" });
    const [one] = await client.invoices.create([{ order_id: 2, template_id: 4 }]);
    const [several] = await client.invoices.create([{ order_ids: [2, 3], template_id: 4 }]);
    const [both] = await client.invoices.create([{ order_id: 2, order_ids: [2], template_id: 4 }]);
    expect([one?.order_ids, several?.order_ids, both?.order_ids]).toEqual([[2], [2, 3], [2]]);
    const ofOrder = async (id: number) => (await client.orders.invoices(id).toArray()).map(invoice => invoice.id);
    expect(await ofOrder(2)).toEqual(expect.arrayContaining([one?.id, several?.id, both?.id]));
    expect(await ofOrder(3)).toContain(several?.id);
  });

  it("is rejected without an order, and without a template", async () => {
    const { client } = createTestClient();
    await expect(client.invoices.create([{ template_id: 4 }])).rejects.toThrow(QBenchApiError);
    await expect(client.invoices.create([{ order_ids: [], template_id: 4 }])).rejects.toThrow("order_id or order_ids");
    // @ts-expect-error the template is missing
    await expect(client.invoices.create([{ order_id: 1 }])).rejects.toThrow(QBenchApiError);
  });
});
