import { createQBenchClient, unwrap } from "@qbench-sdk/client";
import type { AnyList } from "./any-list.js";
import { readApiPath } from "./api-path.js";
import type { Connection } from "./connect.js";
import { printJson } from "./print.js";

/** Prints what one path answers. */
export async function get({ tokenSource }: Connection, text: string, signal: AbortSignal): Promise<void> {
  const { path, query } = readApiPath(text, tokenSource.origin);
  const client = createQBenchClient<AnyList>({ tokenSource });
  // As text, for it may be anything.
  const answer = await unwrap(client.GET(path, { params: { query }, parseAs: "text", signal }));
  // An answer without a body, 204, has nothing to print.
  if (answer) await printJson(JSON.parse(answer));
}
