import { sanitizeText } from "@qbench-sdk/auth/internal";
import type { Page } from "./listing.js";

/** Describes a record that could not be converted. */
export interface ConversionFailure {
  error: unknown;
  /** The id of the record, if it has one. */
  recordId: number | string | undefined;
}

/** Holds the records of a page before the first one that could not be converted. */
export interface ConvertedPage {
  page: Page<unknown>;
  failure?: ConversionFailure;
}

/** Converts the records of a page up to the first one that cannot be converted. */
export function convertPage(page: Page<unknown>, convert: (record: unknown) => unknown): ConvertedPage {
  const data: unknown[] = [];
  for (const record of page.data) {
    try {
      data.push(convert(record));
    } catch (error) {
      const { id } = (record ?? {}) as { id?: unknown };
      const text = typeof id === "string" ? sanitizeText(id) : undefined;
      return { page: { ...page, data }, failure: { error, recordId: typeof id === "number" ? id : text } };
    }
  }
  return { page: { ...page, data } };
}
