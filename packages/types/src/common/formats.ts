/**
 * A time in UTC. Answers have been seen to hold `MM/DD/YYYY hh:mm AM`; ISO 8601 and unix seconds are possible, as QBench does
 * not say which field has which.
 */
export type DateTime = string;

/** A day in UTC, without a time: `MM/DD/YYYY`, which filters take; in answers perhaps `YYYY-MM-DD`. */
export type DateOnly = string;

/** A point in time as unix seconds, written as text. */
export type UnixSeconds = string;
