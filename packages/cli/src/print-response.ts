import { createQBenchClient, unwrap } from "@qbench-sdk/client";
import { parseApiPath } from "./api-path.js";
import type { Connection } from "./connect.js";
import { printJson } from "./print.js";
import type { UntypedPaths } from "./untyped-paths.js";

/** Sends a GET request and prints the response as JSON. */
export async function printResponse({ tokenSource }: Connection, text: string, signal: AbortSignal): Promise<void> {
  const { path, query } = parseApiPath(text, tokenSource.origin);
  const client = createQBenchClient<UntypedPaths>({ tokenSource });
  const body = await unwrap(client.GET(path, { params: { query }, signal }));
  // A 204 has no body.
  if (body !== undefined) await printJson(body);
}
