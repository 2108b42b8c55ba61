import { createAuthMiddleware, createTokenSource, RepeatableRequest } from "@qbench-sdk/auth";
import type { paths } from "@qbench-sdk/types";
import createClient, { type Client } from "openapi-fetch";
import { recordCalls } from "./call-record.js";
import { createPaginate, type Paginate } from "./paginate.js";
import { type ClientOptions, readSettings } from "./settings.js";

/** openapi-fetch's client for the paths of a document, and `paginate`. */
export type QBenchClient<Paths extends {} = paths> = Client<Paths> & { paginate: Paginate<Paths> };

/**
 * A client for the API of one QBench tenant. Its calls are typed by the document of your API client and carry an access
 * token, which is got with the first call, renewed ahead of its end, and shared by all calls.
 *
 * @throws QBenchAuthError `invalid_option` at once, when a setting is missing or cannot be right
 */
export function createQBenchClient<Paths extends {} = paths>(options: ClientOptions = {}): QBenchClient<Paths> {
  const { tokenSource, ...given } = options;
  const source = tokenSource ?? createTokenSource(readSettings(given));
  const client = createClient<Paths>({
    baseUrl: source.origin,
    Request: RepeatableRequest,
    // The API answers by itself. What points elsewhere is the answer, and no fetch carries the token there.
    redirect: "manual",
    ...(options.fetch && { fetch: options.fetch }),
  });
  client.use(recordCalls, createAuthMiddleware(source));
  return Object.assign(client, { paginate: createPaginate(client) });
}
