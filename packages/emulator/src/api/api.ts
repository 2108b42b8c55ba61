import type { Files } from "../files/files.js";
import { badRequest } from "../http/http-error.js";
import type { ApiClient } from "../identity/api-clients.js";
import type { Call } from "../model/call.js";
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
  call: Call;
  /** The values of the path's parameters, in their order. */
  ids: string[];
  url: URL;
  /** The body's text; empty when there is none. */
  body: string;
  client: ApiClient;
  now: number;
}

export interface ApiAnswer {
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

/** Carries out one operation of the document on the store. */
export function createApi({ model, store, files, rendering, pageLimits }: Parts): (request: ApiRequest) => ApiAnswer {
  return ({ call, ids, url, body, client, now }) => {
    const render = createRenderer(model, store, url.origin, (name, record) =>
      files.fieldsOf(name, record, url.origin, now),
    );
    const context: WriteContext = { model, store, now, clientId: client.id };
    const entityName = call.entity ?? "";
    const entity = model.entities.get(entityName);
    const id = call.path.endsWith("}") ? ids.at(-1) : undefined;

    if (call.verb === "action" || !entity) {
      const handler = actionHandlers.get(call.key);
      if (!handler) {
        const declared = call.operation.responses?.[String(call.status)];
        const content = declared && "content" in declared ? Object.values(declared.content ?? {})[0] : undefined;
        return { status: call.status, ...(content?.schema && { body: exampleOf(model.document, content.schema) }) };
      }
      const parsed = call.body ? readJson(body) : undefined;
      const answer = handler({ ...context, call, ids, body: parsed, render });
      return { status: call.status, ...(answer && { body: answer }) };
    }

    switch (call.verb) {
      case "list": {
        const { parent } = call;
        rendering.settle(now);
        const owner =
          parent && (parent.entity ? existingRecord(store, parent.entity, ids.at(-1)) : { id: ids.at(-1) ?? "" });
        const page = selectPage(
          model,
          store,
          call,
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
        return { status: call.status, body: call.enveloped ? envelope : data };
      }
      case "get": {
        const record = existingRecord(store, entityName, id);
        rendering.settle(now, record);
        return {
          status: call.status,
          body: call.enveloped ? render.resource(entityName, record) : render.record(entityName, record),
        };
      }
      case "delete":
        existingRecord(store, entityName, id);
        store.remove(entityName, id);
        return { status: call.status };
      case "create":
      case "update": {
        const parsed = readJson(body);
        const records =
          call.verb === "create"
            ? createRecords(context, call, entity, parsed)
            : updateRecords(context, call, entity, parsed, id);
        const rendered = records.map(record => {
          if (call.verb === "update") return render.record(entityName, record);
          rendering.start(entity, record, now);
          const upload = files.uploadFieldsOf(entityName, record, url.origin, now);
          return { ...render.record(entityName, record), ...upload };
        });
        const data = call.bulk ? rendered : rendered[0];
        return { status: call.status, body: call.enveloped ? { data } : data };
      }
    }
  };
}
