import { AsyncLocalStorage } from "node:async_hooks";
import type { TokenSource } from "@qbench-sdk/auth";
import { ENDED_TOKEN_HEADER } from "./messages.ts";

/** The tokens that one request has got. */
interface RequestTokens {
  returnedAt: number;
  readonly tokens: string[];
  /** True if the API had rejected the last token before the source returned it. */
  isRejected: boolean;
  /** True if the token came from an exchange of this process, and no request had got it before. */
  isNew: boolean;
}

/**
 * Records when a token source returns its tokens. On a busy machine, a request or a renewal can take longer than a token
 * lives, and no client can prevent that the token is rejected.
 */
export interface TokenTimes {
  /** Returns a token source that records when the given one returns a token. */
  observe(source: TokenSource): TokenSource;
  /** Called when the source has got a token by an exchange of its own. */
  onExchange(): void;
  /** Sends a request, and returns its response and a function that explains a rejected token. */
  send<T extends { response: Response }>(request: () => Promise<T>): Promise<T & { wasOutlived: () => boolean }>;
}

export function createTokenTimes(): TokenTimes {
  const requests = new AsyncLocalStorage<RequestTokens>();
  const rejected = new Set<string>();
  let newToken: string | undefined;
  let isExchanged = false;

  function record(accessToken: string): string {
    if (isExchanged) newToken = accessToken;
    isExchanged = false;
    const request = requests.getStore();
    if (request) {
      // All requests that waited for the exchange get its token in the same turn of the event loop.
      request.isNew = accessToken === newToken;
      setImmediate(() => {
        if (accessToken === newToken) newToken = undefined;
      });
      request.returnedAt = Date.now();
      request.isRejected = rejected.has(accessToken);
      request.tokens.push(accessToken);
    }
    return accessToken;
  }

  /** Returns true if the last token of a request was rejected for a reason that no client can prevent. */
  function wasOutlived({ headers }: Response, { returnedAt, tokens, isRejected, isNew }: RequestTokens): boolean {
    const [how, time] = headers.get(ENDED_TOKEN_HEADER)?.split(" ") ?? [];
    // Each request of the soak can be replayed, so only the token of a replay has an excuse.
    if (time === undefined || tokens.length < 2) return false;
    const endedAt = Number(time);
    // The source does not know that a token is revoked before the API rejects it. The first of them can be one that the
    // store did not have, because it failed.
    if (how === "revoked") return !isRejected && new Set(tokens).size === 2;
    return returnedAt < endedAt || isNew;
  }

  return {
    observe: source => ({
      ...source,
      getToken: async options => record(await source.getToken(options)),
      peekToken() {
        const accessToken = source.peekToken?.();
        return accessToken === undefined ? undefined : record(accessToken);
      },
      reject(accessToken, options) {
        rejected.add(accessToken);
        source.reject(accessToken, options);
      },
    }),
    onExchange() {
      isExchanged = true;
    },
    async send(request) {
      const sent: RequestTokens = { returnedAt: 0, tokens: [], isRejected: false, isNew: false };
      const result = await requests.run(sent, request);
      return { ...result, wasOutlived: () => wasOutlived(result.response, sent) };
    },
  };
}
