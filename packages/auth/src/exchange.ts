import { abortable } from "./abortable.js";
import type { AuthSettings } from "./auth-options.js";
import { QBenchAuthError } from "./errors.js";
import { BASE_URL } from "./setting-names.js";
import { buildTokenRequest } from "./token-request.js";
import { readTokenResponse } from "./token-response.js";
import type { TokenSet } from "./token-set.js";

/**
 * One exchange of a new assertion for a token.
 *
 * @param sentAt now, in milliseconds since the epoch
 * @param closing ends the exchange early; its reason is what is thrown then
 * @throws {QBenchAuthError} or the reason of `closing`
 */
export async function exchangeAssertion(
  settings: AuthSettings,
  sentAt: number,
  closing: AbortSignal,
): Promise<TokenSet> {
  const { origin, tokenUrl, fetch, timeoutMs, sign } = settings;
  const assertion = await sign(sentAt);

  // One limit for headers and body: a server that stops in the middle of its answer would otherwise hold every caller.
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new QBenchAuthError("timeout", `${BASE_URL}: no complete token from ${origin} within ${timeoutMs} ms`));
  }, timeoutMs);
  const stop = () => limit.abort(closing.reason);
  closing.addEventListener("abort", stop, { once: true });
  if (closing.aborted) stop();

  try {
    // Waited for with the signal as well as sent with it: a fetch that ignores its signal must not outlive the limit.
    return await abortable(send(), limit.signal);
  } catch (error) {
    if (limit.signal.aborted) throw limit.signal.reason;
    if (error instanceof QBenchAuthError) throw error;
    throw new QBenchAuthError("network", `${BASE_URL}: could not reach ${origin}${systemCode(error)}`);
  } finally {
    clearTimeout(timer);
    closing.removeEventListener("abort", stop);
  }

  async function send(): Promise<TokenSet> {
    const response = await fetch(buildTokenRequest(settings, assertion, limit.signal));
    return readTokenResponse(response, { tokenUrl, sentAt });
  }
}

// What a fetch throws can hold the request, and so the assertion: only a code such as ECONNREFUSED is taken from it.
function systemCode(error: unknown): string {
  for (const candidate of [error, error instanceof Error ? error.cause : undefined]) {
    if (typeof candidate !== "object" || candidate === null || !("code" in candidate)) continue;
    if (typeof candidate.code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(candidate.code)) {
      return ` (${candidate.code})`;
    }
  }
  return "";
}
