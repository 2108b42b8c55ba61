import type { ListCursor } from "../errors/list-error.js";
import type { Page } from "./listing.js";

/** Requests one page of a list. `order` overrides the order in the query. */
export type FetchPage = (
  page_num: number,
  order?: { sort_by: "id"; sort_order: "ASC" | "DESC" },
  signal?: AbortSignal,
) => Promise<Page<unknown>>;

/** Holds records of a read, and the cursor from which a later read resumes if this one stops after them. */
export interface PageResult {
  page: Page<unknown>;
  cursor: ListCursor;
}

/**
 * Returns the id of a record if it is a number, as in nearly all lists. Otherwise returns NaN, so every comparison is
 * false.
 */
export const idOf = (record: unknown): number => {
  const { id } = (record ?? {}) as { id?: unknown };
  return typeof id === "number" ? id : Number.NaN;
};
