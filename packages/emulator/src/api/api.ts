import type { Files } from "../files/files.js";
import { badRequest } from "../http/http-error.js";
import type { ApiClient } from "../identity/api-clients.js";
import type { ApiOperation } from "../model/api-operation.js";
import type { Model } from "../model/model.js";
import { exampleOf } from "../openapi/example.js";
import { deleteRecord } from "../records/delete-record.js";
import type { Store } from "../records/store.js";
import type { Worksheets } from "../worksheets/worksheets.js";
import { actionHandlers } from "./actions.js";
import { existingRecord } from "./existing-record.js";
import { checkTypes, createPageSelector, type PageLimits } from "./query.js";
import { createRendererFactory } from "./render.js";
import type { Rendering } from "./rendering.js";
import { createRecords, updateRecords } from "./write.js";
import type { WriteContext } from "./write-context.js";

export interface ApiRequest {
  operation: ApiOperation;
  /** The values of the path parameters, in order. */
  ids: string[];
  url: URL;
  /** The text of the request body. Empty if the request has no body. */
  body: string;
  client: ApiClient;
  now: number;
}

export interface ApiResponse {
  status: number;
  /** The body. Absent if the response has no body. */
  body?: string;
  /** The content type of the body. Default: that of JSON. */
  contentType?: string;
}

/** Returns the JSON of an object from the JSON of its fields. */
const jsonObject = (fields: Record<string, string | number>): string =>
  `{${Object.entries(fields)
    .map(([name, json]) => `"${name}":${json}`)
    .join(",")}}`;

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("The request body is not JSON");
  }
}

interface Parts {
  model: Model;
  store: Store;
  files: Files;
  rendering: Rendering;
  worksheets: Worksheets;
  pageLimits: PageLimits;
  /** The tenant's states of orders and tests, in addition to the known ones. */
  states: readonly string[];
  /** The ids of the tenant's labels. */
  labels: readonly number[];
}

/** Returns a function that runs one operation of the document on the store. */
export function createApi(parts: Parts): (request: ApiRequest) => ApiResponse {
  const { model, store, files, rendering, worksheets, pageLimits, labels } = parts;
  const states = new Set(parts.states);
  const selectPage = createPageSelector(model, store, pageLimits);
  const rendererFor = createRendererFactory(model, store, files, worksheets);

  return ({ operation, ids, url, body, client, now }) => {
    const render = rendererFor(url.origin, now);
    const context: WriteContext = { model, store, now, clientId: client.id, states };
    const entityName = operation.entity ?? "";
    const entity = model.entities.get(entityName);
    const id = operation.path.endsWith("}") ? ids.at(-1) : undefined;
    checkTypes(model, operation, url.searchParams);

    if (operation.verb === "action" || !entity) {
      const handler = actionHandlers.get(operation.key);
      if (!handler) {
        const declared = operation.declaration.responses?.[String(operation.status)];
        const content = declared && "content" in declared ? Object.values(declared.content ?? {})[0] : undefined;
        return {
          status: operation.status,
          ...(content?.schema && { body: JSON.stringify(exampleOf(model.document, content.schema)) }),
        };
      }
      const parsed = operation.body ? readJson(body) : undefined;
      const result = handler({
        ...context,
        operation,
        ids,
        query: url.searchParams,
        body: parsed,
        render,
        worksheets,
        labels,
      });
      if (typeof result === "string") {
        return { status: operation.status, body: result, contentType: "text/html; charset=utf-8" };
      }
      return { status: operation.status, ...(result && { body: JSON.stringify(result) }) };
    }

    switch (operation.verb) {
      case "list": {
        const { parent } = operation;
        rendering.advance(now);
        worksheets.advance(now);
        const ownerId = ids.at(-1) ?? "";
        const owner = () => (parent?.entity ? existingRecord(store, parent.entity, ownerId) : { id: ownerId });
        if (parent) owner();
        const page = selectPage(
          operation,
          {
            key: ids.join("/"),
            all: deleted => (parent ? store.children(owner(), parent.nested) : store.all(entityName, deleted)),
            slice: parent ? undefined : (start, count, descending) => store.slice(entityName, start, count, descending),
          },
          url.searchParams,
        );
        const data = `[${render.text(entityName, page.ids)}]`;
        if (!operation.enveloped) return { status: operation.status, body: data };
        const { pageNumber, totalCount, totalPages } = page;
        const envelope = { data, page_number: pageNumber, total_count: totalCount, total_pages: totalPages };
        return { status: operation.status, body: jsonObject(envelope) };
      }
      case "get": {
        const record = existingRecord(store, entityName, id);
        rendering.advance(now, { entity: entityName, id: record.id });
        worksheets.advance(now);
        const data = render.text(entityName, [record.id]);
        if (!operation.enveloped) return { status: operation.status, body: data };
        const { _type, _self } = render.self(entityName, record);
        const resource = { _type: JSON.stringify(_type), _self: JSON.stringify(_self), data };
        return { status: operation.status, body: jsonObject(resource) };
      }
      case "delete":
        existingRecord(store, entityName, id);
        deleteRecord(store, entity, id);
        return { status: operation.status };
      case "create":
      case "update": {
        const parsed = readJson(body);
        const records =
          operation.verb === "create"
            ? createRecords(context, operation, entity, parsed)
            : updateRecords(context, operation, entity, parsed, id);
        const rendered = records.map(record => {
          if (operation.verb === "update") return render.record(entityName, record);
          rendering.start(entity, record, now);
          const upload = files.uploadFieldsOf(entityName, record, url.origin, now);
          return { ...render.record(entityName, record), ...upload };
        });
        const data = operation.bulk ? rendered : rendered[0];
        return { status: operation.status, body: JSON.stringify(operation.enveloped ? { data } : data) };
      }
    }
  };
}
