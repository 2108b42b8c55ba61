import { entityNames } from "../document/model/entities.ts";
import type { JsonObject } from "../document/model/json.ts";
import { listOperations, parametersOf, responseItem, returnsPage } from "../document/model/operations.ts";
import { referredName } from "../document/model/references.ts";

/** A list that can be read without the id of another record. */
export interface EntityList {
  entity: string;
  path: string;
  /** The list can be sorted by id, so that its newest records come first. */
  isSortable: boolean;
}

export interface EntityLists {
  lists: EntityList[];
  /** The entities whose lists are all below a record of another kind. */
  nested: string[];
  /** The entities that have no list. */
  unlisted: string[];
}

/** Returns one list for each entity of a document. */
export function listEntities(document: JsonObject): EntityLists {
  const entities = [...entityNames(document)].toSorted();
  const lists = new Map<string, EntityList>();
  const nested = new Set<string>();
  for (const { method, path, operation } of listOperations(document)) {
    const entity = referredName(responseItem(document, operation));
    if (method !== "get" || entity === undefined || !returnsPage(document, operation)) continue;
    const parameters = parametersOf(document, operation, "query");
    nested.add(entity);
    if (path.includes("{") || parameters.some(({ required }) => required === true)) continue;
    const isSortable = parameters.some(({ name }) => name === "sort_by");
    if (!lists.has(entity)) lists.set(entity, { entity, path, isSortable });
  }
  const unread = entities.filter(entity => !lists.has(entity));
  return {
    lists: entities.map(entity => lists.get(entity)).filter(list => list !== undefined),
    nested: unread.filter(entity => nested.has(entity)),
    unlisted: unread.filter(entity => !nested.has(entity)),
  };
}
