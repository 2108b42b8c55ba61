import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isSeq, type Node, parseDocument, visit, YAMLMap } from "yaml";
import { CommandError } from "../command/command-error.ts";
import { isObject, type Json, type JsonObject } from "../document/model/json.ts";
import type { OverlayAction } from "../document/normalise/apply-overlay.ts";
import type { InferredType } from "./infer-type.ts";
import { pathToComponents, quote } from "./json-path.ts";

/** A field of a record that the overlay declares. */
export interface FieldDeclaration {
  entity: string;
  /** The schemas of the entity's request bodies. */
  requests: readonly string[];
  name: string;
  type: InferredType;
}

/** An overlay that is edited without losing its comments, its order and its other entries. */
export interface OverlayFile {
  /** Returns true if the overlay declares the field as `{}`, because its type was not known. */
  hasPlaceholder(field: Pick<FieldDeclaration, "entity" | "name">): boolean;
  /** Adds a field. Replaces a placeholder for it. */
  declare(field: FieldDeclaration): void;
  toString(): string;
}

/** Schemas up to this length are written on one line. */
const MAX_INLINE_LENGTH = 80;

/** Opens the text of an overlay, or a new overlay. `file` names it in error messages. */
export function openOverlay(text: string | undefined, file: string): OverlayFile {
  const document: Document = text === undefined ? newOverlay("The laboratory's own fields") : parseDocument(text);
  if (text === undefined) document.commentBefore = " Written by pnpm openapi:fields, which keeps your changes.";
  const [error] = document.errors;
  if (error !== undefined) throw new CommandError(`${file} is not valid YAML: ${error.message.split("\n")[0]}`);
  const actions = document.get("actions");
  if (!isSeq(actions)) throw new CommandError(`${file} is not an OpenAPI Overlay. It needs a list of "actions".`);
  actions.flow = false;

  const updates = (): { target: string; update: YAMLMap }[] =>
    actions.items.flatMap(action => {
      const update = isMap(action) ? action.get("update") : undefined;
      return isMap(action) && isMap(update) ? [{ target: String(action.get("target")), update }] : [];
    });

  const placeholders = ({ entity, name }: Pick<FieldDeclaration, "entity" | "name">): YAMLMap[] =>
    updates()
      .filter(({ target }) => target.includes(quote(entity)))
      .map(({ update }) => update)
      .filter(update => isEmptyMap(update.get(name)));

  const add = (schemas: readonly string[], name: string, schema: JsonObject, note: string | undefined): void => {
    const target = pathToComponents(schemas, ["properties"]);
    let update = updates().find(each => each.target === target)?.update;
    if (update === undefined) {
      update = new YAMLMap();
      actions.add(createAction(document, target, { update }));
    }
    const node = createSchema(document, schema);
    if (note !== undefined) node.comment = ` ${note}`;
    update.set(document.createNode(name), node);
  };

  return {
    hasPlaceholder: field => placeholders(field).length > 0,
    declare({ entity, requests, name, type: { inResponse, inRequest, note } }) {
      for (const update of placeholders({ entity, name })) {
        update.delete(name);
        const isEmptied = (action: unknown): boolean => isMap(action) && action.get("update") === update;
        if (isEmptyMap(update)) actions.items = actions.items.filter(action => !isEmptied(action));
      }
      if (isDeepStrictEqual(inResponse, inRequest)) return add([entity, ...requests], name, inResponse, note);
      add([entity], name, inResponse, note);
      if (requests.length > 0) add(requests, name, inRequest, note);
    },
    toString: () => document.toString({ lineWidth: 0 }),
  };
}

/** Returns the text of an overlay with these actions. */
export function formatOverlay(title: string, actions: readonly OverlayAction[]): string {
  const document = newOverlay(title);
  for (const { target, remove, update } of actions) {
    const properties = new YAMLMap();
    for (const [name, schema] of Object.entries(isObject(update) ? update : {})) {
      properties.set(document.createNode(name), createSchema(document, schema));
    }
    document.addIn(["actions"], createAction(document, target, remove === true ? { remove } : { update: properties }));
  }
  return document.toString({ lineWidth: 0 });
}

function newOverlay(title: string): Document {
  const document = new Document({ overlay: "1.0.0", info: {}, actions: [] });
  document.set("info", document.createNode({ title, version: "1.0.0" }, { flow: true }));
  return document;
}

function createAction(document: Document, target: string, effect: { update: YAMLMap } | { remove: true }): YAMLMap {
  const action = new YAMLMap();
  action.set("target", document.createNode(target));
  for (const [key, value] of Object.entries(effect)) action.set(key, value);
  return action;
}

/** Returns the node of a schema, with each of its parts on one line if it is short. */
function createSchema(document: Document, schema: Json): Node {
  const node = document.createNode(schema);
  visit(node, {
    Collection: (_, part) => {
      part.flow = JSON.stringify(part).length <= MAX_INLINE_LENGTH;
    },
  });
  return node;
}

const isEmptyMap = (node: unknown): boolean => isMap(node) && node.items.length === 0;
