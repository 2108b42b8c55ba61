import { sanitizeText } from "@qbench-sdk/auth/internal";
import { createQBenchClient, QBenchApiError, unwrap } from "@qbench-sdk/client";
import type { Connection } from "../connection/connect.js";
import { printJson } from "../output/print.js";

/** Prints the tenant, the API client, its scopes, and when its access token expires. */
export async function whoami(
  { tokenSource, clientId, tokenExpiry, fetch, onEvent }: Connection,
  signal: AbortSignal,
): Promise<void> {
  const client = createQBenchClient({ tokenSource, fetch, onEvent });
  const [info, apiClient] = await Promise.all([
    unwrap(client.GET("/qbench/api/v2/auth/token/info", { signal })),
    client.apiClients.get(clientId, undefined, { signal }).catch(ignoreIfUnreadable),
  ]);
  const identity = {
    tenant: tokenSource.origin,
    clientId,
    name: apiClient?.name,
    type: apiClient?.client_type,
    scopes: readScopes(info),
    tokenExpiresAt: tokenExpiry(),
  };
  const secrets = [tokenSource.peekToken?.()];
  const clean = (_: string, value: unknown): unknown =>
    typeof value === "string" ? sanitizeText(value, secrets) : value;
  await printJson(JSON.parse(JSON.stringify(identity), clean));
}

/**
 * Reads the scopes. QBench does not document this response (docs/qbench-api.md §3.2), and it could contain the token
 * itself, so nothing else is printed.
 */
function readScopes(info: unknown): unknown {
  const { scopes, scope }: { scopes?: unknown; scope?: unknown } = Object(info);
  return scopes ?? scope;
}

/** Returns undefined if the API client may not read its own record. */
function ignoreIfUnreadable(error: unknown): undefined {
  if (error instanceof QBenchApiError && [400, 403, 404].includes(error.status)) return undefined;
  throw error;
}
