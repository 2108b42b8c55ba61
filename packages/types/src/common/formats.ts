/**
 * A time in UTC. Responses contain `MM/DD/YYYY hh:mm AM`. ISO 8601 and unix seconds are possible as well, because
 * QBench does not say which field has which format (docs/qbench-api.md §5.3).
 */
export type DateTime = string;

/** A day in UTC, without a time. Filters take `MM/DD/YYYY`. Responses may contain `YYYY-MM-DD`. */
export type DateOnly = string;

/** A point in time as unix seconds, in a string. */
export type UnixSeconds = string;
