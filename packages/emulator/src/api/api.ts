import type { Files } from "../files/files.js";
import { badRequest } from "../http/http-error.js";
import type { ApiClient } from "../identity/api-clients.js";
import type { ApiOperation } from "../model/api-operation.js";
import type { Model } from "../model/model.js";
import { exampleOf } from "../openapi/example.js";
import type { Store } from "../records/store.js";
import { actionHandlers } from "./actions.js";
import { existingRecord } from "./existing-record.js";
import { type PageLimits, selectPage } from "./query.js";
import { createRenderer } from "./render.js";
import type { Rendering } from "./rendering.js";
import { createRecords, updateRecords, type WriteContext } from "./write.js";

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
  body?: unknown;
}

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
  pageLimits: PageLimits;
}

/** Returns a function that runs one operation of the document on the store. */
export function createApi({ model, store, files, rendering, pageLimits }: Parts): (request: ApiRequest) => ApiResponse {
  return ({ operation, ids, url, body, client, now }) => {
    const render = createRenderer(model, store, url.origin, (name, record) =>
      files.fieldsOf(name, record, url.origin, now),
    );
    const context: WriteContext = { model, store, now, clientId: client.id };
    const entityName = operation.entity ?? "";
    const entity = model.entities.get(entityName);
    const id = operation.path.endsWith("}") ? ids.at(-1) : undefined;

    if (operation.verb === "action" || !entity) {
      const handler = actionHandlers.get(operation.key);
      if (!handler) {
        const declared = operation.declaration.responses?.[String(operation.status)];
        const content = declared && "content" in declared ? Object.values(declared.content ?? {})[0] : undefined;
        return {
          status: operation.status,
          ...(content?.schema && { body: exampleOf(model.document, content.schema) }),
        };
      }
      const parsed = operation.body ? readJson(body) : undefined;
      const result = handler({ ...context, operation, ids, body: parsed, render });
      return { status: operation.status, ...(result && { body: result }) };
    }

    switch (operation.verb) {
      case "list": {
        const { parent } = operation;
        rendering.advance(now);
        const owner =
          parent && (parent.entity ? existingRecord(store, parent.entity, ids.at(-1)) : { id: ids.at(-1) ?? "" });
        const page = selectPage(
          model,
          store,
          operation,
          parent && owner
            ? { all: () => store.children(owner, parent.nested) }
            : {
                all: deleted => store.all(entityName, deleted),
                slice: (start, count, descending) => store.slice(entityName, start, count, descending),
              },
          url.searchParams,
          pageLimits,
        );
        const data = page.records.map(record => render.record(entityName, record));
        const { pageNumber, totalCount, totalPages } = page;
        const envelope = { data, page_number: pageNumber, total_count: totalCount, total_pages: totalPages };
        return { status: operation.status, body: operation.enveloped ? envelope : data };
      }
      case "get": {
        const record = existingRecord(store, entityName, id);
        rendering.advance(now, record);
        return {
          status: operation.status,
          body: operation.enveloped ? render.resource(entityName, record) : render.record(entityName, record),
        };
      }
      case "delete":
        existingRecord(store, entityName, id);
        store.remove(entityName, id);
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
        return { status: operation.status, body: operation.enveloped ? { data } : data };
      }
    }
  };
}
