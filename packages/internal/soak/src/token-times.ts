import type { TokenSource } from "@qbench-sdk/auth";
import { ENDED_TOKEN_HEADER, tokenName } from "./messages.ts";

/**
 * Records when a token source returns its tokens. On a busy machine, a request or a renewal can take longer than a token
 * lives, and no client can prevent that the token is rejected.
 */
export interface TokenTimes {
  /** Returns a token source that records when the given one returns a token. */
  observe(source: TokenSource): TokenSource;
  /** Called when the source has got a token by an exchange of its own. */
  onExchange(): void;
  /**
   * Returns true if the rejected token was valid when the source returned it. The same holds if the source returned a
   * token for the first time after its end, because the exchange took longer than the life of the token.
   */
  wasOutlived(response: Response): boolean;
}

export function createTokenTimes(): TokenTimes {
  const returned = new Map<string, { firstAt: number; lastAt: number; isFromExchange: boolean }>();
  let isFromExchange = false;

  function record(accessToken: string): string {
    const name = tokenName(accessToken);
    const now = Date.now();
    const known = returned.get(name);
    if (known) known.lastAt = now;
    else {
      returned.set(name, { firstAt: now, lastAt: now, isFromExchange });
      isFromExchange = false;
    }
    return accessToken;
  }

  return {
    observe: source => ({
      ...source,
      getToken: async options => record(await source.getToken(options)),
      peekToken() {
        const accessToken = source.peekToken?.();
        return accessToken === undefined ? undefined : record(accessToken);
      },
    }),
    onExchange() {
      isFromExchange = true;
    },
    wasOutlived({ headers }) {
      const [name = "", end] = headers.get(ENDED_TOKEN_HEADER)?.split(" ") ?? [];
      const times = returned.get(name);
      const endedAt = Number(end);
      return times !== undefined && (times.lastAt < endedAt || (times.isFromExchange && times.firstAt >= endedAt));
    },
  };
}
