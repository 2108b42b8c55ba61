import { createQBenchClient, QBenchApiError, unwrap } from "@qbench-sdk/client";
import type { Connection } from "./connect.js";
import { printJson } from "./print.js";

/** Prints the tenant, which API client this is, what it may do, and when its access token expires. */
export async function whoami({ tokenSource, clientId, tokenExpiry }: Connection, signal: AbortSignal): Promise<void> {
  const client = createQBenchClient({ tokenSource });
  const info = await unwrap(client.GET("/qbench/api/v2/auth/token/info", { signal }));
  const apiClient = await client.apiClients.get(clientId, undefined, { signal }).catch(notReadable);
  await printJson({
    tenant: tokenSource.origin,
    clientId,
    name: apiClient?.name,
    type: apiClient?.client_type,
    scopes: scopesOf(info),
    tokenExpiresAt: tokenExpiry(),
  });
}

/** What QBench tells of a token is not documented (facts 3.2): nothing else of it is printed, as it might be the token. */
function scopesOf(info: unknown): unknown {
  const { scopes, scope }: { scopes?: unknown; scope?: unknown } = Object(info);
  return scopes ?? scope;
}

/** Not every API client may read its own record. */
function notReadable(error: unknown): undefined {
  if (error instanceof QBenchApiError && [400, 403, 404].includes(error.status)) return undefined;
  throw error;
}
