import { withTimeLimit } from "../async/time-limit.js";
import { QBenchAuthError } from "../errors/auth-error.js";
import { systemCode } from "../errors/error-reason.js";
import { BASE_URL } from "../errors/setting-names.js";
import type { AuthSettings } from "../options/auth-options.js";
import type { TokenSet } from "../store/token-set.js";
import { measureClockOffset } from "./clock-offset.js";
import { readTokenResponse } from "./token-response.js";

export type ExchangeOutcome =
  | { readonly tokens: TokenSet }
  | {
      readonly error: QBenchAuthError;
      /** By how much the server's clock was seen to be ahead of ours, where that can have been the reason. */
      readonly clockOffsetMs?: number | undefined;
    };

/**
 * Sends one request for a token and judges the answer, within one time limit for headers and body: a server that stops
 * in the middle of its answer would otherwise hold every caller.
 *
 * @param build makes the request; `now` is when it is sent
 * @param now the time by the server's clock, as far as it is known, in epoch milliseconds
 * @param closing ends the exchange early; its reason is the only thing that is thrown
 */
export async function exchange(
  settings: AuthSettings,
  build: (sentAt: number, signal: AbortSignal) => Promise<Request>,
  now: () => number,
  closing: AbortSignal,
): Promise<ExchangeOutcome> {
  const { origin, fetch, timeoutMs } = settings;
  let clockOffsetMs: number | undefined;
  const tooLate = () =>
    new QBenchAuthError("timeout", `${BASE_URL}: no complete token from ${origin} within ${timeoutMs} ms`);
  try {
    const tokens = await withTimeLimit(timeoutMs, tooLate, closing, async signal => {
      const sentAt = now();
      const request = await build(sentAt, signal);
      const response = await fetch(request);
      clockOffsetMs = measureClockOffset(response.headers, sentAt, now());
      return readTokenResponse(response, settings, { url: request.url, sentAt });
    });
    return { tokens };
  } catch (error) {
    closing.throwIfAborted();
    if (error instanceof QBenchAuthError) {
      return { error, clockOffsetMs: error.status === 400 || error.status === 401 ? clockOffsetMs : undefined };
    }
    // What a fetch throws can hold the request, and so the assertion: only a code is taken from it.
    const code = systemCode(error);
    return {
      error: new QBenchAuthError(
        "connection_failed",
        `${BASE_URL}: could not reach ${origin}${code === undefined ? "" : ` (${code})`}`,
      ),
    };
  }
}
