import { createQBenchClient, type QBenchClientOf } from "@qbench-sdk/client";
import { isRow, type UntypedPaths } from "../document/untyped-paths.js";
import { parseExactJson } from "../output/exact-json.js";
import type { Connection } from "./connect.js";

/** Creates a client for paths that are known only at run time. It keeps numbers as QBench sends them. */
export const createClient = ({ tokenSource, fetch, onEvent }: Connection): QBenchClientOf<UntypedPaths> =>
  createQBenchClient<UntypedPaths>({ tokenSource, fetch, onEvent, parseJson });

/** Keeps the numbers of records. Those of the envelope of a page stay numbers, because the client counts with them. */
function parseJson(text: string): unknown {
  const body = parseExactJson(text);
  if (!isRow(body)) return body;
  for (const name of ["page_number", "total_count", "total_pages"]) {
    const value = body[name];
    if (JSON.isRawJSON(value)) body[name] = Number(value.rawJSON);
  }
  return body;
}
