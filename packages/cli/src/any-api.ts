/** The parameters of a call's query; a name with several values is repeated (facts 4.2). */
export type Query = Record<string, string[]>;

/** A path of the API without its query. */
export type ApiPath = `/${string}`;

/** One row of a list. */
export type Row = Record<string, unknown>;

interface Get<Answer> {
  get: {
    parameters: { query?: Query };
    responses: { 200: { content: { "application/json": Answer } } };
  };
}

/** A document for paths that are known only when the command runs: every path answers GET, with anything. */
export interface AnyApi {
  [path: ApiPath]: Get<unknown>;
}

/** The same, for paths that are told to be lists: what answers is looked at before it is believed. */
export interface AnyLists {
  [path: ApiPath]: Get<{ data: Row[]; page_number: number; total_count: number; total_pages: number }>;
}
