import { withDeadline } from "../async/deadline.js";
import { QBenchAuthError } from "../errors/auth-error.js";
import { BASE_URL } from "../errors/setting-names.js";
import { responseProblem } from "../http/foreign-fetch.js";
import type { AuthSettings } from "../options/auth-options.js";
import { measureClockOffset } from "./clock-offset.js";
import { exchangeFailure } from "./exchange-failure.js";
import { readTokenResponse, type TokenResponse } from "./token-response.js";

export type ExchangeOutcome =
  | TokenResponse
  | {
      readonly error: QBenchAuthError;
      /** How far the server's clock is ahead of ours, if the response says so. */
      readonly clockOffsetMs?: number | undefined;
    };

/**
 * Sends one token request and reads the response. One time limit covers headers and body, because a server that stops
 * in the middle of its response would otherwise block every caller.
 *
 * @param build builds the request that is sent at `sentAt`
 * @param now returns the time in epoch milliseconds, by the server's clock as far as it is known
 * @param isRejected returns whether the API rejected this access token
 * @param closing ends the exchange early; its reason is the only thing that this function throws
 */
export async function exchange(
  settings: AuthSettings,
  build: (sentAt: number, signal: AbortSignal) => Promise<Request>,
  now: () => number,
  isRejected: (accessToken: string) => boolean,
  closing: AbortSignal,
): Promise<ExchangeOutcome> {
  const { origin, fetch, timeoutMs } = settings;
  let clockOffsetMs: number | undefined;
  const timeoutError = () =>
    new QBenchAuthError(
      "timeout",
      `${BASE_URL}: no complete token response from ${origin} within ${timeoutMs} ms. ` +
        "Check the network or raise timeoutMs.",
    );
  try {
    return await withDeadline(closing, async (signal, setLimit) => {
      setLimit(timeoutMs, timeoutError);
      const sentAt = now();
      const request = await build(sentAt, signal);
      // The token source may have been closed meanwhile, and `fetch` may ignore the signal.
      signal.throwIfAborted();
      const response = await fetch(request);
      const problem = responseProblem(response);
      if (problem !== undefined) throw new QBenchAuthError("fetch_failed", `fetch: the function ${problem}.`);
      clockOffsetMs = measureClockOffset(response.headers, sentAt, now());
      return readTokenResponse(response, settings, { url: request.url, sentAt, isRejected });
    });
  } catch (error) {
    closing.throwIfAborted();
    return { error: error instanceof QBenchAuthError ? error : exchangeFailure(error, origin), clockOffsetMs };
  }
}
