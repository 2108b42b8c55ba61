import { integrations, mapping } from "../builtin/resources.js";
import { badRequest, notFound } from "../http/http-error.js";
import type { Call } from "../model/call.js";
import type { StoredRecord } from "../records/store.js";
import { existingRecord } from "./existing-record.js";
import type { Renderer } from "./render.js";
import { readItems, type WriteContext } from "./write.js";

interface ActionContext extends WriteContext {
  call: Call;
  /** The values of the path's parameters, in their order. */
  ids: string[];
  body: unknown;
  render: Renderer;
}

/** What an action answers; its status is the one the document declares. */
type ActionAnswer = Record<string, unknown> | undefined;
type Action = (context: ActionContext) => ActionAnswer;

/** Links each item's `field` to the record in the path. */
const linkItems =
  (roles: readonly [string, string], entity: string, other: string, field: string): Action =>
  context => {
    const owner = existingRecord(context.store, entity, context.ids[0]);
    const items = readItems(context.model, context.call, context.body);
    for (const item of items) {
      if (!context.store.find(other, item[field])) throw badRequest(`There is no ${other} with the id in ${field}`);
    }
    for (const item of items) context.store.link(roles, [owner.id, item[field]]);
    return undefined;
  };

const unlink =
  (roles: readonly [string, string]): Action =>
  ({ store, ids }) => {
    if (!store.unlink(roles, [ids[0], ids[1]])) throw notFound("There is no such relation");
    return undefined;
  };

const worksheet =
  (entity: string): Action =>
  context => {
    const record = existingRecord(context.store, entity, context.ids[0]);
    const processed = entity === "Test" && { worksheet_processed: true, worksheet_processed_error: false };
    const { _type, _self } = context.render.reference(entity, record);
    const data = { id: record.id, worksheet_data: record.worksheet_data ?? {}, worksheet_config: {}, ...processed };
    return { _type, _self: `${String(_self)}/worksheet/data`, data };
  };

const findMapping = ({ store, ids }: ActionContext, family: string): StoredRecord => {
  const found = store
    .all(mapping)
    .find(
      record =>
        String(record.integration_id) === ids[0] &&
        record.entity_type === family &&
        String(record.entity_id) === ids[1],
    );
  if (!found) throw notFound("There is no such mapping");
  return found;
};

/** The operations that are more than reading and writing records, by `Call.key`. */
export const actionHandlers: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["POST /contacts/{}/customers", linkItems(["contact", "customer"], "Contact", "Customer", "customer_id")],
  ["POST /customers/{}/contacts", linkItems(["customer", "contact"], "Customer", "Contact", "contact_id")],
  ["DELETE /customers/{}/contacts/{}", unlink(["customer", "contact"])],
  ["POST /payments/{}/invoices", linkItems(["payment", "invoice"], "Payment", "Invoice", "invoice_id")],
  ["PATCH /payments/{}/invoices", linkItems(["payment", "invoice"], "Payment", "Invoice", "invoice_id")],
  ["DELETE /payments/{}/invoices/{}", unlink(["payment", "invoice"])],
  [
    "POST /payments/{}/send-email",
    context => {
      existingRecord(context.store, "Payment", context.ids[0]);
      readItems(context.model, context.call, context.body);
      return undefined;
    },
  ],
  [
    "POST /invoices/{}/send-email",
    context => {
      const invoice = existingRecord(context.store, "Invoice", context.ids[0]);
      readItems(context.model, context.call, context.body);
      Object.assign(invoice, { emailed: true, date_emailed: context.now });
      return { data: { message: "The email is queued", queueId: invoice.id } };
    },
  ],
  [
    "POST /invoices/{}/sync",
    context => {
      existingRecord(context.store, "Invoice", context.ids[0]).out_of_sync = false;
      return undefined;
    },
  ],
  [
    "POST /labels/{}/{}",
    context => {
      readItems(context.model, context.call, context.body);
      return {};
    },
  ],
  [
    "POST /reports/publish",
    context => {
      const items = readItems(context.model, context.call, context.body);
      const reports = items.map(item => existingRecord(context.store, "GenReport", item.id));
      for (const report of reports) Object.assign(report, { state: "PUBLISHED", date_published: context.now });
      return undefined;
    },
  ],
  [
    "PATCH /tests/worksheets/dynamic/named-cells",
    context => {
      const items = readItems(context.model, context.call, context.body);
      const tests = items.map(item => existingRecord(context.store, "Test", item.id));
      for (const [index, test] of tests.entries()) {
        const cells = Object.entries(items[index]?.qb_dynamic_spreadsheet_patch ?? {});
        const values = Object.fromEntries(cells.map(([name, value]) => [name, { value }]));
        test.worksheet_data = { ...(test.worksheet_data ?? {}), ...values };
      }
      return undefined;
    },
  ],
  ["GET /tests/{}/worksheet/data", worksheet("Test")],
  ["GET /batches/{}/worksheet/data", worksheet("Batch")],
  ...Object.keys(integrations).flatMap((family): [string, Action][] => [
    [
      `POST /integrations/{}/${family}`,
      context => {
        const records = readItems(context.model, context.call, context.body).map(item =>
          context.store.insert(mapping, {
            entity_id: item.entity_id,
            entity_type: family,
            integration_id: Number(context.ids[0]),
            integraton_vendor_id: item.integration_vendor_id,
          }),
        );
        return { data: records.map(record => context.render.record(mapping, record)) };
      },
    ],
    [
      `GET /integrations/{}/${family}/{}`,
      context => ({ data: context.render.record(mapping, findMapping(context, family)) }),
    ],
    [
      `DELETE /integrations/{}/${family}/{}`,
      context => {
        context.store.remove(mapping, findMapping(context, family).id);
        return undefined;
      },
    ],
  ]),
]);
