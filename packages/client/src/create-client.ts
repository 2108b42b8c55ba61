import { createAuthMiddleware, createTokenSource, ReplayableRequest } from "@qbench-sdk/auth";
import { parseBaseUrl } from "@qbench-sdk/auth/internal";
import { type paths, resources } from "@qbench-sdk/types";
import createClient, { type Client } from "openapi-fetch";
import { QBenchInputError } from "./errors/input-error.js";
import { recordRequests } from "./errors/request-info.js";
import type { Paginate } from "./lists/list-types.js";
import { createPaginate } from "./lists/paginate.js";
import { defineResources, sortableLists } from "./resources/define-resources.js";
import type { Resources, ResourceTable } from "./resources/resource-types.js";
import { type ClientOptions, readSettings } from "./settings.js";
import { createTransport } from "./transport/create-transport.js";
import type { FetchLike } from "./transport/fetch-like.js";
import { readAttempts } from "./transport/with-retries.js";

/** The resources of the first client's document, for whoever has its paths; a client of another document names its own. */
type OwnTable<Paths> = [keyof Paths, keyof paths] extends [keyof paths, keyof Paths] ? typeof resources : object;

/** openapi-fetch's client for the paths of a document, `paginate`, and the document's resources. */
export type QBenchClient<Paths extends {} = paths, Table = OwnTable<Paths>> = Client<Paths> & {
  paginate: Paginate<Paths>;
} & Resources<Paths, Table>;

/**
 * A client for the API of one QBench tenant. Its calls are typed by the document of your API client and carry an access
 * token, which is got with the first call, renewed ahead of its end, and shared by all calls.
 *
 * @throws QBenchAuthError `invalid_option` at once, when a setting is missing or cannot be right
 * @throws QBenchInputError at once, when one of the limits, retries or time-outs cannot be right
 */
export function createQBenchClient<Paths extends {} = paths>(options?: ClientOptions): QBenchClient<Paths>;
/** A client for another document, with the resources of that document. */
export function createQBenchClient<Paths extends {}, Table extends ResourceTable>(
  options: ClientOptions & { resources: Table },
): QBenchClient<Paths, Table>;
export function createQBenchClient(options: ClientOptions & { resources?: ResourceTable } = {}): unknown {
  const { tokenSource, resources: table = resources, limits, retry, timeouts, onEvent, ...given } = options;
  const source = tokenSource ?? createTokenSource(readSettings(given));
  if (tokenSource && given.baseUrl !== undefined && parseBaseUrl(given.baseUrl) !== tokenSource.origin) {
    throw new QBenchInputError("baseUrl: the tokenSource is for another address; give one of them");
  }
  const fetch: FetchLike = options.fetch ?? ((request, init) => globalThis.fetch(request, init));
  const client = createClient<paths>({
    baseUrl: source.origin,
    Request: ReplayableRequest,
    // The API answers by itself. What points elsewhere is the answer, and no fetch carries the token there.
    redirect: "manual",
    fetch: createTransport(fetch, source.origin, { limits, retry, timeouts, onEvent }),
  });
  client.use(recordRequests, createAuthMiddleware(source));
  const paginating = Object.assign(client, {
    paginate: createPaginate(client, sortableLists(table), readAttempts(retry)),
  });
  defineResources(paginating, table, onEvent);
  return paginating;
}
