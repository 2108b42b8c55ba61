import type { ListCursor } from "../errors/list-error.js";
import type { Page } from "./listing.js";

/** Asks for one page of a list; `order` takes the place of what its query says. */
export type FetchPage = (
  page_num: number,
  order?: { sort_by: "id"; sort_order: "ASC" | "DESC" },
  signal?: AbortSignal,
) => Promise<Page<unknown>>;

/** Some records of a read, and where to go on should it stop here. */
export interface PageResult {
  page: Page<unknown>;
  cursor: ListCursor;
}

/** The id of a record, which is a number in nearly all lists. Otherwise NaN, with which no comparison holds. */
export const idOf = (record: unknown): number => {
  const { id } = (record ?? {}) as { id?: unknown };
  return typeof id === "number" ? id : Number.NaN;
};
