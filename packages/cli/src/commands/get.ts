import { createQBenchClient, unwrap } from "@qbench-sdk/client";
import type { Connection } from "../connection/connect.js";
import { parseApiPath } from "../document/api-path.js";
import type { UntypedPaths } from "../document/untyped-paths.js";
import { printJson } from "../output/print.js";

/** Sends a GET request and prints the response as JSON. */
export async function printResponse(
  { tokenSource, fetch, onEvent }: Connection,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const { path, query } = parseApiPath(text, tokenSource.origin);
  const client = createQBenchClient<UntypedPaths>({ tokenSource, fetch, onEvent });
  const body = await unwrap(client.GET(path, { params: { query }, signal }));
  // A 204 has no body.
  if (body !== undefined) await printJson(body);
}
