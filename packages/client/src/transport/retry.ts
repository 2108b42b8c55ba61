import { QBenchInputError } from "../errors/input-error.js";

/**
 * Which calls are sent again; `false` for none.
 *
 * A 429 was not carried out (facts 6.3), nor was a call for which no connection was made: those are sent again whatever
 * they do. After 500, 502, 503 and 504, a broken connection and a time-out only GET and HEAD are: a write may have been
 * done. A body that is a stream needs `streamedBody`.
 */
export type Retry = { /** In all, the first included; default 4. */ attempts?: number | undefined } | false;

/** @throws QBenchInputError */
export function readAttempts(retry: Retry = {}): number {
  const { attempts = 4 } = retry || { attempts: 1 };
  if (Number.isInteger(attempts) && attempts > 0) return attempts;
  throw new QBenchInputError("retry.attempts: must be a whole number from 1");
}
