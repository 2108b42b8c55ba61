import { integrations, mappedEntities, mappingEntity } from "../builtin/integrations.js";
import { labelTypes } from "../builtin/words.js";
import { badRequest, notFound } from "../http/http-error.js";
import type { RecordId, StoredRecord } from "../records/store.js";
import { removePayment } from "../rules/applied-payments.js";
import { completeRecord } from "../rules/complete-record.js";
import type { ActionContext, ActionHandler } from "./action.js";
import { checkFields, invalidItem, missingRecord } from "./check-fields.js";
import { existingRecord } from "./existing-record.js";
import { applyToInvoices } from "./payments.js";
import { worksheetActions } from "./worksheet-actions.js";
import { readItems } from "./write.js";
import type { WriteContext } from "./write-context.js";

/** Links the record in the path to the record that each item names in `field`. */
const linkItems =
  (roles: readonly [string, string], entity: string, target: string, field: string): ActionHandler =>
  context => {
    const owner = existingRecord(context.store, entity, context.ids[0]);
    const items = readItems(context.model, context.operation, context.body);
    for (const [index, item] of items.entries()) {
      checkFields(context, context.operation, undefined, item, index);
      if (!context.store.find(target, item[field])) throw missingRecord(index, field, target, item[field]);
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

/** Applies the payment in the path to the invoices that the items name. */
const applyItems =
  (change: "add" | "replace"): ActionHandler =>
  context => {
    const payment = existingRecord(context.store, "Payment", context.ids[0]);
    applyToInvoices(context, payment, readItems(context.model, context.operation, context.body), change);
    return undefined;
  };

/** Updates a record together with the fields that follow from the change. */
function changeRecord({ model, store, now }: WriteContext, name: string, id: RecordId, given: object): void {
  const entity = model.entities.get(name);
  const before = existingRecord(store, name, id);
  if (entity) store.update(name, id, completeRecord(entity, { given: { ...given }, before, now }));
}

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
  ["POST /payments/{}/invoices", applyItems("add")],
  ["PATCH /payments/{}/invoices", applyItems("replace")],
  [
    "DELETE /payments/{}/invoices/{}",
    ({ store, ids: [paymentId = "", invoiceId = ""] }) => {
      if (!removePayment(store, paymentId, invoiceId)) throw notFound("The payment is not applied to the invoice");
      return undefined;
    },
  ],
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
      changeRecord(context, "Invoice", id, { emailed: true, date_emailed: context.now });
      return { data: { message: "The email is queued", queueId: id } };
    },
  ],
  [
    "POST /invoices/{}/sync",
    context => {
      const { id } = existingRecord(context.store, "Invoice", context.ids[0]);
      changeRecord(context, "Invoice", id, { out_of_sync: false });
      return undefined;
    },
  ],
  [
    "POST /labels/{}/{}",
    context => {
      const items = readItems(context.model, context.operation, context.body);
      const [labelId, dataType = ""] = context.ids;
      if (!context.labels.includes(Number(labelId))) throw notFound(`The tenant has no label with the id ${labelId}`);
      const target = Object.hasOwn(labelTypes, dataType) ? labelTypes[dataType] : undefined;
      if (!target) {
        const msg = `data_type must be one of ${Object.keys(labelTypes).join(", ")}`;
        throw badRequest(msg, [{ loc: ["path", "data_type"], msg, type: "type_error.enum" }]);
      }
      for (const item of items) existingRecord(context.store, target, item.id);
      const labels = items.map(({ id, count = 1 }) => `<p>${Number(count)} labels of record ${Number(id)}</p>`);
      return `<!DOCTYPE html><html><head><title>Labels</title></head><body>${labels.join("")}</body></html>`;
    },
  ],
  [
    "POST /reports/publish",
    context => {
      const items = readItems(context.model, context.operation, context.body);
      const reports = items.map(item => existingRecord(context.store, "GenReport", item.id));
      for (const [index, { id, render_status: status }] of reports.entries()) {
        if (status === "SUCCESSFUL") continue;
        throw invalidItem(
          index,
          "id",
          `The report ${id} is ${String(status)}. Only a successful one can be published.`,
        );
      }
      for (const [index, { id }] of reports.entries()) {
        changeRecord(context, "GenReport", id, {
          state: "PUBLISHED",
          date_published: context.now,
          published_by_api_client_id: context.clientId,
          ...(items[index]?.send_emails === true && {
            emailed: true,
            date_emailed: context.now,
            emailed_by_api_client_id: context.clientId,
          }),
        });
      }
      return undefined;
    },
  ],
  ...worksheetActions,
  ...Object.keys(integrations).flatMap((segment): [string, ActionHandler][] => [
    [
      `POST /integrations/{}/${segment}`,
      context => {
        const items = readItems(context.model, context.operation, context.body);
        const target = mappedEntities[segment];
        for (const [index, { entity_id: id }] of items.entries()) {
          if (!target || context.store.find(target, id)) continue;
          throw missingRecord(index, "entity_id", target, id);
        }
        const records = items.map(item =>
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
