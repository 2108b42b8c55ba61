import { integrations, mappingEntity } from "../builtin/integrations.js";
import { badRequest, notFound } from "../http/http-error.js";
import type { StoredRecord } from "../records/store.js";
import type { ActionContext, ActionHandler } from "./action.js";
import { existingRecord } from "./existing-record.js";
import { worksheetActions } from "./worksheet-actions.js";
import { readItems } from "./write.js";

/** Links the record in the path to the record that each item names in `field`. */
const linkItems =
  (roles: readonly [string, string], entity: string, target: string, field: string): ActionHandler =>
  context => {
    const owner = existingRecord(context.store, entity, context.ids[0]);
    const items = readItems(context.model, context.operation, context.body);
    for (const item of items) {
      if (!context.store.find(target, item[field])) throw badRequest(`${field} names a ${target} that does not exist`);
    }
    for (const item of items) context.store.link(roles, [owner.id, item[field]]);
    return undefined;
  };

const unlink =
  (roles: readonly [string, string]): ActionHandler =>
  ({ store, ids }) => {
    if (!store.unlink(roles, [ids[0], ids[1]])) throw notFound("The records are not linked");
    return undefined;
  };

const findMapping = ({ store, ids }: ActionContext, segment: string): StoredRecord => {
  const found = store
    .all(mappingEntity)
    .find(
      record =>
        String(record.integration_id) === ids[0] &&
        record.entity_type === segment &&
        String(record.entity_id) === ids[1],
    );
  if (!found) throw notFound("The mapping does not exist");
  return found;
};

/** The actions that have an effect, by the key of their operation. */
export const actionHandlers: ReadonlyMap<string, ActionHandler> = new Map<string, ActionHandler>([
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
      readItems(context.model, context.operation, context.body);
      return undefined;
    },
  ],
  [
    "POST /invoices/{}/send-email",
    context => {
      const { id } = existingRecord(context.store, "Invoice", context.ids[0]);
      readItems(context.model, context.operation, context.body);
      context.store.update("Invoice", id, { emailed: true, date_emailed: context.now });
      return { data: { message: "The email is queued", queueId: id } };
    },
  ],
  [
    "POST /invoices/{}/sync",
    context => {
      const { id } = existingRecord(context.store, "Invoice", context.ids[0]);
      context.store.update("Invoice", id, { out_of_sync: false });
      return undefined;
    },
  ],
  [
    "POST /labels/{}/{}",
    context => {
      const items = readItems(context.model, context.operation, context.body);
      const labels = items.map(({ id, count = 1 }) => `<p>${Number(count)} labels of record ${Number(id)}</p>`);
      return `<!DOCTYPE html><html><head><title>Labels</title></head><body>${labels.join("")}</body></html>`;
    },
  ],
  [
    "POST /reports/publish",
    context => {
      const items = readItems(context.model, context.operation, context.body);
      const reports = items.map(item => existingRecord(context.store, "GenReport", item.id));
      const published = { state: "PUBLISHED", date_published: context.now };
      for (const { id } of reports) context.store.update("GenReport", id, published);
      return undefined;
    },
  ],
  ...worksheetActions,
  ...Object.keys(integrations).flatMap((segment): [string, ActionHandler][] => [
    [
      `POST /integrations/{}/${segment}`,
      context => {
        const records = readItems(context.model, context.operation, context.body).map(item =>
          context.store.insert(mappingEntity, {
            entity_id: item.entity_id,
            entity_type: segment,
            integration_id: Number(context.ids[0]),
            integraton_vendor_id: String(item.integration_vendor_id),
          }),
        );
        return { data: records.map(record => context.render.record(mappingEntity, record)) };
      },
    ],
    [
      `GET /integrations/{}/${segment}/{}`,
      context => ({ data: context.render.record(mappingEntity, findMapping(context, segment)) }),
    ],
    [
      `DELETE /integrations/{}/${segment}/{}`,
      context => {
        context.store.remove(mappingEntity, findMapping(context, segment).id);
        return undefined;
      },
    ],
  ]),
]);
