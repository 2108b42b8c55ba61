/** A point in time, in UTC: `MM/DD/YYYY hh:mm AM`, ISO 8601, or, in `last_updated`, unix seconds. */
export type DateTime = string;

/** A day, without a time: `MM/DD/YYYY` or `YYYY-MM-DD`. */
export type DateOnly = string;

/** A point in time as unix seconds, written as text. */
export type UnixSeconds = string;
