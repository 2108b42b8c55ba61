import { attachmentTypes, words } from "../builtin/words.js";
import { badRequest, type HttpError } from "../http/http-error.js";
import type { ApiOperation } from "../model/api-operation.js";
import { type Entity, relationId } from "../model/entity.js";
import { resolve } from "../openapi/document.js";
import type { WriteContext } from "./write-context.js";

/** The entities that a field of a body refers to by id, if no relation of the written entity says so. */
const referenced: Readonly<Record<string, string>> = {
  assay_id: "Assay",
  batch_id: "Batch",
  contact_id: "Contact",
  customer_id: "Customer",
  invoice_id: "Invoice",
  order_id: "Order",
  order_ids: "Order",
  parent_customer_id: "Customer",
  sample_id: "Sample",
  test_id: "Test",
  test_ids: "Test",
};

/** Returns the error for an invalid field of one item. `msg` and `type` describe it in `errors`. */
export const invalidItem = (
  index: number,
  name: string,
  description: string,
  { msg = description, type = "value_error" }: { msg?: string; type?: string } = {},
): HttpError => badRequest(description, [{ loc: [index, name], msg, type }]);

/** Returns the error for the id of a record that does not exist. */
export const missingRecord = (index: number, name: string, target: string, id: unknown): HttpError =>
  invalidItem(index, name, `${name} names a ${target} that does not exist: ${String(id)}`, { msg: "not found" });

/**
 * Throws a 400 if an item of a body refers to a record that does not exist, or has a word that its field does not accept.
 * Fields that the operation does not declare are ignored (docs/qbench-api.md §5.2).
 */
export function checkFields(
  context: WriteContext,
  operation: ApiOperation,
  entity: Entity | undefined,
  item: Readonly<Record<string, unknown>>,
  index: number,
): void {
  const { model, store } = context;
  const body = resolve(model.document, operation.body?.items ?? operation.body);
  const targets = new Map(Object.entries(referenced));
  for (const [relation, target] of entity?.relations ?? []) targets.set(relationId(relation), target);
  for (const [name, type] of Object.entries(entity?.custom ?? {})) if (type === "USER") targets.set(name, "User");

  for (const [name, value] of Object.entries(item)) {
    const isCustom = Object.hasOwn(entity?.custom ?? {}, name);
    if (value === null || (!isCustom && !Object.hasOwn(body?.properties ?? {}, name))) continue;
    const target = targets.get(name);
    for (const id of target && model.entities.has(target) ? [value].flat() : []) {
      if (!store.find(target ?? "", id)) {
        throw missingRecord(index, name, target ?? "", id);
      }
    }
    if (entity && !isCustom) checkWord(context, entity, name, value, index);
  }
  checkAttachment(context, entity, item, index);
}

function checkWord({ states }: WriteContext, { name: entity }: Entity, name: string, value: unknown, index: number) {
  const known = words[`${entity}.${name}`];
  if (!known || typeof value !== "string" || known.includes(value)) return;
  // Laboratories name what is tested again in the state: "RETEST - MOLD".
  if (name === "state" && (states.has(value) || value.startsWith("RETEST - "))) return;
  const hint = name === "state" ? " The emulator's option states adds the tenant's own states." : "";
  throw invalidItem(index, name, `${name} does not accept "${value}".${hint}`, { type: "type_error.enum" });
}

/** The record of an attachment is of the entity that `attachment_type` names. */
function checkAttachment(
  { store }: WriteContext,
  entity: Entity | undefined,
  { attachment_type: type, object_id: id }: Readonly<Record<string, unknown>>,
  index: number,
): void {
  const owner = entity?.name === "Attachment" && id !== undefined ? attachmentTypes[String(type)] : undefined;
  if (owner && !store.find(owner, id)) {
    throw missingRecord(index, "object_id", owner, id);
  }
}
