import { unwrap } from "@qbench-sdk/client";
import type { AnyApi } from "./any-api.js";
import { readApiPath, readQuery } from "./api-path.js";
import type { Connection } from "./connect.js";
import { printJson } from "./print.js";

export interface GetOptions {
  path: string;
  query?: readonly string[] | undefined;
}

/** Prints what one call answers, as it is. */
export async function get(
  { createClient, origin }: Connection,
  options: GetOptions,
  signal: AbortSignal,
): Promise<void> {
  const { path, query } = readApiPath(options.path, origin);
  const call = createClient<AnyApi>().GET(path, {
    params: { query: { ...query, ...readQuery("--query", options.query ?? []) } },
    parseAs: "text",
    signal,
  });
  const text: string | undefined = await unwrap(call);
  // An answer without a body, 204, has nothing to print.
  if (text) await printJson(JSON.parse(text));
}
