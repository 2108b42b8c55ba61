import type { Page } from "@qbench-sdk/client";

/** A path of the API without its query. */
export type ApiPath = `/${string}`;

/** The query parameters of a request. A name with several values is sent repeatedly (docs/qbench-api.md §4.2). */
export type Query = Record<string, string[]>;

/** One record of a list. */
export type Row = Record<string, unknown>;

/** Returns true for an object of JSON. */
export const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Types requests whose path is known only at run time. Every GET is treated as that of a list, and POST stands for all
 * methods that can have a body.
 */
export interface UntypedPaths {
  [path: ApiPath]: {
    get: {
      parameters: { path?: Record<string, string>; query?: Query };
      responses: { 200: { content: { "application/json": Page<Row> } } };
    };
    post: {
      parameters: { query?: Query };
      requestBody?: { content: { "application/json": string } };
      responses: {
        200: { content: { "application/json": unknown } };
        default: { content: { "application/json": unknown } };
      };
    };
  };
}
