import { QBenchApiError, unwrap } from "@qbench-sdk/client";
import type { AnyApi, ApiPath } from "./any-api.js";
import type { Connection } from "./connect.js";
import { printJson } from "./print.js";

/** Prints which API client this is, and what QBench says of its token. */
export async function whoami(
  { clientId, clientSecret, createClient, lastTokens, origin }: Connection,
  signal: AbortSignal,
): Promise<void> {
  const client = createClient<AnyApi>();
  const read = (path: ApiPath): Promise<unknown> => unwrap(client.GET(path, { signal }));
  const tokenInfo = await read("/qbench/api/v2/auth/token/info");
  const apiClient = await read(`/qbench/api/v2/api-clients/${encodeURIComponent(clientId)}`).then(
    describe,
    notReadable,
  );
  const tokens = lastTokens();
  const secrets = [clientSecret, tokens?.accessToken, tokens?.refreshToken].filter(text => text !== undefined);
  const tokenSecondsLeft = tokens && Math.max(0, Math.round((tokens.expiresAt - Date.now()) / 1000));
  await printJson(withoutSecrets({ origin, clientId, apiClient, tokenSecondsLeft, tokenInfo }, secrets));
}

function describe(answer: unknown): unknown {
  const { name, client_type } = Object(Object(answer).data);
  return { name, type: client_type };
}

/** Not every API client may read its own record. */
function notReadable(error: unknown): undefined {
  if (error instanceof QBenchApiError && [400, 403, 404].includes(error.status)) return undefined;
  throw error;
}

/** What QBench tells of a token is not documented (facts 3.2), so it might be the token. */
function withoutSecrets(value: unknown, secrets: readonly string[]): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      const isSecret =
        typeof part === "string" &&
        (/secret|^(access_|refresh_)?token$|^jid$/i.test(key) || secrets.some(secret => part.includes(secret)));
      return isSecret ? undefined : part;
    }),
  );
}
