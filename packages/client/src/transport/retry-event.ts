/** A call is about to be sent again. */
export interface RetryEvent {
  type: "retry";
  method: string;
  /** Without the query. */
  path: string;
  /** The attempt to come, from 2. */
  attempt: number;
  /** The status that was answered. */
  status?: number;
  /** Why there was no answer: `timeout`, or the system's code for a broken connection where it has one. */
  code?: string;
  /** How long is waited before it, in milliseconds. */
  waitMs: number;
}
