/** Returns true if a report must no longer be delivered: it was withdrawn, or a later report replaces it. */
export const isWithdrawn = ({ state }: { readonly state?: unknown }): boolean =>
  state === "WITHDRAWN" || state === "OVERRIDDEN";

/** Returns true if a report was published. Its state does not show that for certain (docs/qbench-api.md §8). */
export const isPublished = ({ date_published }: { readonly date_published?: unknown }): boolean =>
  (date_published ?? "") !== "";
