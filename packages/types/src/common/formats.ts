/**
 * A text of a certain form. Any string may be assigned to it, since the form is QBench's to keep; that a field has it can be
 * told from the type, which is how `parseDate` and the like know the fields that are theirs.
 */
type Text<Format extends string> = string & { readonly [format]?: Format };

declare const format: unique symbol;

/** A point in time, in UTC: `MM/DD/YYYY hh:mm AM`, ISO 8601, or, in `last_updated`, unix seconds. */
export type DateTime = Text<"date-time">;

/** A day, without a time: `MM/DD/YYYY` or `YYYY-MM-DD`. */
export type DateOnly = Text<"date">;

/** A point in time as unix seconds, written as text. */
export type UnixSeconds = Text<"unix-seconds">;
