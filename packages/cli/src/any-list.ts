import type { Page } from "@qbench-sdk/client";

/** A path of the API without its query. */
export type ApiPath = `/${string}`;

/** The parameters of a call's query; a name with several values is repeated (facts 4.2). */
export type Query = Record<string, string[]>;

/** One record of a list. */
export type Row = Record<string, unknown>;

/** A document for paths that are known only when the command runs: each is taken for a list. */
export interface AnyList {
  [path: ApiPath]: {
    get: {
      parameters: { path?: Record<string, string>; query?: Query };
      responses: { 200: { content: { "application/json": Page<Row> } } };
    };
  };
}
