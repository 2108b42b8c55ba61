import { type OutputUnit, Validator } from "@cfworker/json-schema";
import { badRequest, type ItemError } from "../http/http-error.js";
import type { ApiOperation } from "../model/api-operation.js";
import type { Entity } from "../model/entity.js";
import type { Model } from "../model/model.js";
import { toJsonSchema } from "../openapi/to-json-schema.js";
import { readDate } from "../records/dates.js";
import type { StoredRecord } from "../records/store.js";
import { completeRecord } from "../rules/complete-record.js";
import { isMaintained } from "../rules/computed-fields.js";
import { checkFields } from "./check-fields.js";
import { existingRecord } from "./existing-record.js";
import { checkPaymentAmount } from "./payments.js";
import { subjectFields } from "./subject-fields.js";
import type { WriteContext } from "./write-context.js";

const validators = new WeakMap<ApiOperation, Validator>();

function validate(model: Model, operation: ApiOperation, body: unknown): void {
  if (!operation.body) return;
  let validator = validators.get(operation);
  if (!validator) {
    validator = new Validator(toJsonSchema(model.document, operation.body), "2019-09", false);
    validators.set(operation, validator);
  }
  const { valid, errors } = validator.validate(body);
  if (valid) return;
  // Errors of these keywords only say that something inside is wrong.
  const inner = errors.filter(error => !["properties", "items", "anyOf"].includes(error.keyword));
  throw badRequest("The request is not valid", (inner.length > 0 ? inner : errors).map(itemError));
}

const itemError = ({ instanceLocation, keyword, error }: OutputUnit): ItemError => ({
  loc: instanceLocation
    .split("/")
    .slice(1)
    .map(part => (/^\d+$/.test(part) ? Number(part) : part)),
  msg: error,
  type: `value_error.${keyword}`,
});

/** Validates a body and returns its items. Bodies are bare arrays, also for one record (docs/qbench-api.md §4). */
export function readItems(model: Model, operation: ApiOperation, body: unknown): Record<string, unknown>[] {
  if (operation.bulk && !Array.isArray(body)) throw badRequest("The request body must be a list of objects");
  if (Array.isArray(body) && body.length === 0) throw badRequest("The request body must not be an empty list");
  validate(model, operation, body);
  const items: unknown[] = Array.isArray(body) ? body : [body];
  return items.filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null);
}

const notWritable = new Set(["id", "date_created", "last_updated", "last_updated_unix_timestamp", "worksheet_data"]);

/**
 * Returns the fields of an item that are stored: the entity's own and the tenant's custom fields. Unknown keys are
 * silently ignored (docs/qbench-api.md §5.2), and so are relations, which are set by their `_id`.
 */
function writableFields(entity: Entity, item: Record<string, unknown>, index: number): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(item)) {
    const type = entity.fields.get(name);
    if (notWritable.has(name) || isMaintained(entity.name, name)) continue;
    if (entity.relations.has(name) || type === "objects") continue;
    if (type === undefined && !Object.hasOwn(entity.custom, name)) continue;
    const isDate = type === "datetime" || type === "date";
    const time = isDate && value !== null ? readDate(value) : undefined;
    if (isDate && value !== null && time === undefined) {
      throw badRequest(`${name} is not a date`, [
        { loc: [index, name], msg: "invalid date", type: "value_error.date" },
      ]);
    }
    const isId = type === "integer" && typeof value === "string" && /^\d{1,15}$/.test(value);
    // The other way round, a program can send a number for an id that is a text.
    const isTextId = type === "string" && typeof value === "number";
    kept[name] = isId ? Number(value) : isTextId ? String(value) : (time ?? value);
  }
  return kept;
}

/** Returns the fields of a new record that depend on the request: the client that sent it, and the record's subject. */
function requestFields(
  { store, clientId, now }: WriteContext,
  entity: Entity,
  item: Record<string, unknown>,
): Record<string, unknown> {
  const creators = ["entered_by_api_client_id", "created_by_api_client_id", "generated_by_api_client_id"];
  return {
    // The server's time, also if the caller gives an earlier date of receipt.
    ...(entity.fields.has("date_created") && { date_created: now }),
    ...Object.fromEntries(creators.filter(name => entity.fields.has(name)).map(name => [name, clientId])),
    ...subjectFields(store, entity.name, item),
  };
}

/** A new invoice has at least one order, although its schema cannot say so (docs/qbench-api.md §1.1). */
function requireOrders({ order_id, order_ids }: Record<string, unknown>, index: number): void {
  if ((order_id ?? undefined) !== undefined || (Array.isArray(order_ids) && order_ids.length > 0)) return;
  const loc = [index, "order_id"];
  throw badRequest("order_id or order_ids is required", [{ loc, msg: "field required", type: "value_error.missing" }]);
}

/** Creates all of the items or none: nothing is stored before every item is valid (docs/qbench-api.md §7). */
export function createRecords(
  context: WriteContext,
  operation: ApiOperation,
  entity: Entity,
  body: unknown,
): StoredRecord[] {
  const items = readItems(context.model, operation, body);
  if (entity.name === "Invoice") items.forEach(requireOrders);
  const checked = items.map((item, index) => {
    checkFields(context, operation, entity, item, index);
    return { ...writableFields(entity, item, index), ...requestFields(context, entity, item) };
  });
  return checked.map(given => {
    const { id } = context.store.insert(entity.name, given);
    const fields = completeRecord(entity, { given: { ...given, id }, now: context.now });
    return context.store.update(entity.name, id, fields);
  });
}

/** Updates all of the items or none. Fields that an item does not have are left unchanged (docs/qbench-api.md §7). */
export function updateRecords(
  context: WriteContext,
  operation: ApiOperation,
  entity: Entity,
  body: unknown,
  id: string | undefined,
): StoredRecord[] {
  const items = readItems(context.model, operation, body);
  const changes = items.map((item, index) => {
    const record = existingRecord(context.store, entity.name, item.id ?? id);
    for (const name of entity.required) {
      if (item[name] !== null) continue;
      throw badRequest(`${name} must not be null`, [
        { loc: [index, name], msg: "none is not an allowed value", type: "type_error" },
      ]);
    }
    checkFields(context, operation, entity, item, index);
    if (entity.name === "Payment") checkPaymentAmount(context, record, item.amount, index);
    return { id: record.id, given: writableFields(entity, item, index) };
  });
  for (const { id, given } of changes) {
    const before = existingRecord(context.store, entity.name, id);
    context.store.update(entity.name, id, completeRecord(entity, { given, before, now: context.now }));
  }
  return changes.map(({ id }) => existingRecord(context.store, entity.name, id));
}
