import { createQBenchClient, QBenchApiError, type QBenchClientOf, unwrap } from "@qbench-sdk/client";
import type { ApiAccess } from "../clients/read-settings.ts";
import { CommandError } from "../command/command-error.ts";
import { isObject, type Json, type JsonObject } from "../document/model/json.ts";
import type { EntityList } from "./list-entities.ts";

/** The most records that a page can have (docs/qbench-api.md §4.1). */
const MAX_PAGE_SIZE = 50;

interface Paging {
  page_num: number;
  page_size: number;
}

interface Order {
  sort_by?: "id";
  sort_order?: "DESC";
}

interface Page {
  data: Json[];
  total_pages: number;
}

/** The paths of a document that is known only at run time. Each of them is a list. */
export interface ListPaths {
  [path: string]: {
    get: {
      parameters: { query: Paging & Order };
      responses: { 200: { content: { "application/json": Page } } };
    };
  };
}

export type ListClient = Pick<QBenchClientOf<ListPaths>, "GET">;

export const createListClient = (access: ApiAccess): ListClient => createQBenchClient<ListPaths>(access);

export interface ReadOptions {
  /** The most records to read. */
  limit: number;
  signal: AbortSignal;
  onRecord(record: JsonObject): void;
}

/**
 * Passes the records of a list to `onRecord`, page by page, and returns their number. It reads at most `limit` records:
 * the newest if the list can be sorted.
 *
 * @throws QBenchApiError if QBench rejects a request
 */
export async function readRecords(
  client: ListClient,
  { path, isSortable }: EntityList,
  { limit, signal, onRecord }: ReadOptions,
): Promise<number> {
  const pageSize = Math.min(limit, MAX_PAGE_SIZE);
  let order: Order = isSortable ? { sort_by: "id", sort_order: "DESC" } : {};
  let count = 0;
  const readPage = async (query: Paging & Order): Promise<Page> => {
    const page = await unwrap(client.GET(path, { params: { query }, signal }));
    if (Array.isArray(page?.data)) return page;
    throw new CommandError(`GET ${path} failed: the response is not a page of a list. Check the tenant's address.`);
  };
  for (let page = 1; count < limit; page++) {
    const paging = { page_num: page, page_size: pageSize };
    const { data, total_pages } = await readPage({ ...paging, ...order }).catch(error => {
      // It is only assumed that all these lists can be sorted by id (docs/qbench-api.md §4.2).
      if (page > 1 || !isSortable || !(error instanceof QBenchApiError && error.status === 400)) throw error;
      order = {};
      return readPage(paging);
    });
    for (const record of data.slice(0, limit - count)) {
      count++;
      if (isObject(record)) onRecord(record);
    }
    if (data.length === 0 || !(page < total_pages)) break;
  }
  return count;
}
