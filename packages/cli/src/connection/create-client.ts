import { createQBenchClient, type QBenchClientOf } from "@qbench-sdk/client";
import type { UntypedPaths } from "../document/untyped-paths.js";
import { parseExactJson } from "../output/exact-json.js";
import type { Connection } from "./connect.js";

/** Creates a client for paths that are known only at run time. It keeps numbers as QBench sends them. */
export const createClient = ({ tokenSource, fetch, onEvent }: Connection): QBenchClientOf<UntypedPaths> =>
  createQBenchClient<UntypedPaths>({ tokenSource, fetch, onEvent, parseJson: parseExactJson });
