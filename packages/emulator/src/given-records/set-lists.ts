import type { Nested } from "../builtin/resource.js";
import type { Model } from "../model/model.js";
import type { RecordId, Store, StoredRecord } from "../records/store.js";
import { applyPayment, removePayment } from "../rules/applied-payments.js";
import { completeRecord } from "../rules/complete-record.js";
import type { GivenRecord } from "./read-record.js";

interface Change {
  model: Model;
  store: Store;
  now: number;
}

/** Makes the lists of a record contain exactly the records that it names. */
export function setLists(change: Change, { entity, lists }: GivenRecord, id: RecordId): void {
  const { store, now } = change;
  for (const { nested, ids } of lists) {
    const owner = store.find(entity.name, id) ?? { id };
    const children = ids.flatMap(child => store.find(nested.entity, child) ?? []);
    if (nested.ids) {
      const given = { [nested.ids]: children.map(child => child.id) };
      store.update(entity.name, id, completeRecord(entity, { given, before: owner, now }));
      continue;
    }
    const before = store.children(owner, nested);
    const isIn = (records: readonly StoredRecord[], child: StoredRecord) => records.some(({ id }) => id === child.id);
    for (const child of before.filter(known => !isIn(children, known))) {
      if (nested.where) setOwner(change, nested, child, { remove: id });
      else if (entity.name === "Payment") removePayment(store, id, child.id);
      else if (nested.entity === "Payment") removePayment(store, child.id, id);
      else if (nested.link) store.unlink(nested.link, [id, child.id]);
    }
    for (const child of children.filter(wanted => !isIn(before, wanted))) {
      if (nested.where) setOwner(change, nested, child, { add: id });
      else if (entity.name === "Payment") applyRest(change, id, child.id);
      else if (nested.entity === "Payment") applyRest(change, child.id, id);
      else if (nested.link) store.link(nested.link, [id, child.id]);
    }
  }
}

/** Changes the field by which a child is listed below a record. The field can hold several ids, such as `order_ids`. */
function setOwner(
  { model, store, now }: Change,
  { entity: name, where = "", equals }: Nested,
  child: StoredRecord,
  { add, remove }: { add?: RecordId; remove?: RecordId },
): void {
  const entity = model.entities.get(name);
  if (!entity) return;
  const owners = child[where];
  const kept = Array.isArray(owners)
    ? [...owners.filter(id => id !== remove), ...(add === undefined ? [] : [add])]
    : add;
  const given = { [where]: kept ?? null, ...(add !== undefined && equals) };
  store.update(name, child.id, completeRecord(entity, { given, before: child, now }));
}

/** Applies what is left of a payment to an invoice, up to what is outstanding. */
function applyRest({ store, now }: Change, paymentId: RecordId, invoiceId: RecordId): void {
  const rest = Number(store.find("Payment", paymentId)?.unapplied_amount);
  const outstanding = Number(store.find("Invoice", invoiceId)?.outstanding_amount);
  applyPayment(store, paymentId, invoiceId, Math.max(0, Math.min(rest, outstanding)), now);
}
