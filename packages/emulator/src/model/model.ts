import { resources } from "../builtin/resources.js";
import { methods, type OpenApiDocument, resolve } from "../openapi/document.js";
import { type Call, knownCalls, readCall } from "./call.js";
import { type CustomFields, type Entity, knownEntity, unknownEntity } from "./entity.js";
import { fieldType } from "./field-type.js";

export interface Model {
  document: OpenApiDocument;
  entities: Map<string, Entity>;
  calls: Call[];
}

/** The emulator's reading of a document: what there is, and what each operation does with it. */
export function readModel(document: OpenApiDocument, customFields?: CustomFields): Model {
  const calls = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap(method => {
      const operation = item[method];
      return operation ? [readCall(document, method, path, operation)] : [];
    }),
  );
  const entities = new Map<string, Entity>();
  if (calls.some(({ key }) => knownCalls.has(key))) {
    // All of them: references lead also to entities whose operations the document leaves out.
    for (const [name, resource] of Object.entries(resources)) entities.set(name, knownEntity(name, resource));
  }
  describeEntities(document, calls, entities);
  inferRelations(entities);
  nameDeletes(calls, entities);
  if (customFields) {
    for (const entity of entities.values()) entity.custom = customFields[entity.path?.split("/").at(-1) ?? ""] ?? {};
  }
  return { document, entities, calls };
}

/** The document decides which fields a record has, where it describes the entity. */
function describeEntities(document: OpenApiDocument, calls: readonly Call[], entities: Map<string, Entity>): void {
  const described = new Set<string>();
  for (const { verb, entity: name, path, record } of calls) {
    if (verb === "action" || verb === "delete" || name === undefined) continue;
    const entity = entities.get(name) ?? unknownEntity(name);
    entities.set(name, entity);
    if (verb === "list" && !path.includes("{")) entity.path ??= path;
    const properties = resolve(document, record)?.properties;
    if (!properties || described.has(name)) continue;
    described.add(name);
    entity.fields = new Map(Object.entries(properties).map(([field, schema]) => [field, fieldType(document, schema)]));
  }
}

/** An object field `owner` beside `owner_id` refers to the entity of that name, where there is one. */
function inferRelations(entities: ReadonlyMap<string, Entity>): void {
  const byType = new Map([...entities.values()].map(entity => [entity.type.toLowerCase(), entity.name]));
  for (const { fields, relations } of entities.values()) {
    for (const [field, type] of fields) {
      const target = byType.get(field);
      if (type === "object" && target && fields.has(`${field}_id`) && !relations.has(field)) {
        relations.set(field, target);
      }
    }
  }
}

/** A delete answers with nothing, so its entity is told by the collection it is in. */
function nameDeletes(calls: readonly Call[], entities: ReadonlyMap<string, Entity>): void {
  for (const call of calls) {
    if (call.verb !== "delete" || knownCalls.has(call.key)) continue;
    const collection = call.path.slice(0, call.path.lastIndexOf("/"));
    const owner = [...entities.values()].find(entity => entity.path === collection);
    if (owner) call.entity = owner.name;
  }
}
