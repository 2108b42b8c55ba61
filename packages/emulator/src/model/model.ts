import { resources } from "../builtin/resources.js";
import { methods, type OpenApiDocument, resolve } from "../openapi/document.js";
import { type ApiOperation, knownOperations, readOperation } from "./api-operation.js";
import { type CustomFields, type Entity, knownEntity, unknownEntity } from "./entity.js";
import { fieldType } from "./field-type.js";
import { findReferences, type References } from "./references.js";

/** What the emulator reads from a document: its entities, and what each operation does with them. */
export interface Model {
  document: OpenApiDocument;
  entities: Map<string, Entity>;
  operations: ApiOperation[];
  references: References;
}

/** Reads the entities and the operations of a document. */
export function readModel(document: OpenApiDocument): Model {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap(method => {
      const operation = item[method];
      return operation ? [readOperation(document, method, path, operation)] : [];
    }),
  );
  const entities = new Map<string, Entity>();
  if (operations.some(({ key }) => knownOperations.has(key))) {
    // All entities, because records also refer to those whose operations the document leaves out.
    for (const [name, resource] of Object.entries(resources)) entities.set(name, knownEntity(name, resource));
  }
  readEntities(document, operations, entities);
  inferRelations(entities);
  nameDeletes(operations, entities);
  return { document, entities, operations, references: findReferences(entities) };
}

/** Returns the model of one emulator: with its own entities, which have these custom fields if they are given. */
export function customizeModel(model: Model, customFields?: CustomFields): Model {
  const entities = [...model.entities].map(([name, entity]): [string, Entity] => {
    const custom = customFields ? (customFields[entity.collection ?? ""] ?? {}) : entity.custom;
    return [name, { ...entity, custom }];
  });
  return { ...model, entities: new Map(entities) };
}

/** Replaces the fields of each entity that the document describes, and adds the entities that are missing. */
function readEntities(
  document: OpenApiDocument,
  operations: readonly ApiOperation[],
  entities: Map<string, Entity>,
): void {
  const described = new Set<string>();
  for (const { verb, entity: name, path, record } of operations) {
    if (verb === "action" || verb === "delete" || name === undefined) continue;
    const entity = entities.get(name) ?? unknownEntity(name);
    entities.set(name, entity);
    if (verb === "list" && !path.includes("{")) entity.path ??= path;
    if (verb === "list" && entity.collection === name) entity.collection = path.split("/").at(-1) ?? name;
    const properties = resolve(document, record)?.properties;
    if (!properties || described.has(name)) continue;
    described.add(name);
    entity.schemas = new Map(Object.entries(properties));
    entity.fields = new Map(Object.entries(properties).map(([field, schema]) => [field, fieldType(document, schema)]));
  }
}

/** Makes a relation of each object field `owner` that stands beside an `owner_id`, if an entity has that name. */
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

/** Finds the entity of each unknown delete by its collection, because a delete has no response schema. */
function nameDeletes(operations: readonly ApiOperation[], entities: ReadonlyMap<string, Entity>): void {
  for (const operation of operations) {
    if (operation.verb !== "delete" || knownOperations.has(operation.key)) continue;
    const collection = operation.path.slice(0, operation.path.lastIndexOf("/"));
    const owner = [...entities.values()].find(entity => entity.path === collection);
    if (owner) operation.entity = owner.name;
  }
}
