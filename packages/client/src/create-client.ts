import { createAuthMiddleware, createTokenSource, ReplayableRequest } from "@qbench-sdk/auth";
import { parseBaseUrl, QBenchInputError } from "@qbench-sdk/auth/internal";
import { type Resources as DocumentResources, type paths, resources } from "@qbench-sdk/types";
import createClient, { type Client } from "openapi-fetch";
import { convertResponses, type DatedMethods, type DatedPaths } from "./dates/dated-methods.js";
import { createDateConverter, type DateField } from "./dates/with-dates.js";
import type { Paginate } from "./lists/list-types.js";
import { createPaginate } from "./lists/paginate.js";
import { checkUrlLength } from "./parameters/check-parameters.js";
import { createOperationFinder, defineResources } from "./resources/define-resources.js";
import type { Resources, ResourceTable, WithDateTypes } from "./resources/resource-types.js";
import { checkCalls } from "./result/check-calls.js";
import { type ClientOptions, type DatedClientOptions, readDateOptions, readSettings } from "./settings.js";
import { createTransport } from "./transport/create-transport.js";
import { checkIgnoredFieldsMode } from "./writes/write-records.js";

/**
 * Selects the resources of the first client's document, if the paths are its own. Other clients pass their resources.
 */
type DefaultTable<Paths> = [keyof Paths, keyof paths] extends [keyof paths, keyof Paths] ? DocumentResources : object;

declare const dateValue: unique symbol;

/** Keeps clients with different types of dates apart. The types of openapi-fetch's methods accept each other. */
interface DateMarker<DateValue> {
  readonly [dateValue]?: DateValue;
}

// Not an interface, because editors would show its name.
type ListReader<Paths extends {}> = {
  /** Reads a whole list by its path. For lists of the document, see the methods of the resources, such as `list`. */
  paginate: Paginate<Paths>;
};

/** Combines openapi-fetch's client for the paths of a document, `paginate`, and the document's resources. */
export type QBenchClientOf<Paths extends {}, Table = DefaultTable<Paths>> = DateMarker<string> &
  Client<Paths> &
  ListReader<Paths> &
  Resources<Paths, Table>;

/** Describes a `QBenchClientOf` whose responses hold each date as a `DateValue`. */
export type DatedQBenchClientOf<
  Paths extends {},
  Table = DefaultTable<Paths>,
  DateValue = Date,
  Field = DateField,
> = DateMarker<DateValue> &
  DatedMethods<Paths, DateValue, Field> &
  ListReader<DatedPaths<Paths, DateValue, Field>> &
  Resources<Paths, Table & WithDateTypes<DateValue, Field>>;

/**
 * Calls the API of one QBench tenant, as the first API client's document describes it. It has the resources of that
 * document, the HTTP methods of openapi-fetch, and `paginate`. A client of another document is a `QBenchClientOf`.
 */
// An interface without parameters, because editors show the parameters of all other types.
export interface QBenchClient extends QBenchClientOf<paths, DocumentResources> {}

/** Describes a `QBenchClient` with the option `dates: "Date"`: its responses hold each date as a `Date`. */
export interface DatedQBenchClient extends DatedQBenchClientOf<paths, DocumentResources> {}

/**
 * Creates a client for the API of one QBench tenant. Its calls are typed by the OpenAPI document of your API client.
 * Each request carries an access token, which the client gets with the first request and renews before it expires.
 *
 * @example
 * ```ts
 * const client = createQBenchClient();
 * const order = await client.orders.get(1);
 * for await (const sample of client.orders.samples(order.id)) console.log(sample.id);
 * ```
 *
 * @throws {QBenchAuthError} `invalid_option`, if a setting for tokens is missing or invalid
 * @throws {QBenchInputError} if `limits`, `retry`, `timeouts`, `onIgnoredFields` or `dates` is invalid, or if `baseUrl` and
 *   `tokenSource` disagree
 */
export function createQBenchClient(options?: ClientOptions): QBenchClient;
/**
 * Creates a client whose responses hold each date as a `Date`. A method rejects with a `QBenchResponseError` if a value
 * is not a date, and the read of a list with a `QBenchListError`.
 *
 * @example
 * ```ts
 * const client = createQBenchClient({ dates: "Date" });
 * const order = await client.orders.get(1);
 * console.log(order.date_created?.getTime());
 * ```
 */
export function createQBenchClient(options: DatedClientOptions & { dates: "Date" }): DatedQBenchClient;
/** Creates a client for the paths of a document. It has resources only if these are the first API client's paths. */
export function createQBenchClient<Paths extends {}>(options?: ClientOptions): QBenchClientOf<Paths>;
/** Creates a client for another document, with the resources of that document. */
export function createQBenchClient<Paths extends {}, Table extends ResourceTable<Exclude<keyof Table, "~signatures">>>(
  options: ClientOptions & { resources: Table },
): QBenchClientOf<Paths, Table>;
/** Creates a client that converts other fields, or that keeps or replaces values that are not a date. */
export function createQBenchClient<Paths extends {} = paths, Field extends string = DateField, Other = never>(
  options: DatedClientOptions<Field, Other>,
): DatedQBenchClientOf<Paths, DefaultTable<Paths>, Date | Other, Field>;
/** Creates a client for another document, whose responses hold each date as a `Date`. */
export function createQBenchClient<
  Paths extends {},
  Table extends ResourceTable<Exclude<keyof Table, "~signatures">>,
  Field extends string = DateField,
  Other = never,
>(
  options: DatedClientOptions<Field, Other> & { resources: Table },
): DatedQBenchClientOf<Paths, Table, Date | Other, Field>;
export function createQBenchClient(
  options: (ClientOptions | DatedClientOptions<string, unknown>) & { resources?: ResourceTable } = {},
): unknown {
  const { tokenSource, resources: table = resources, limits, retry, timeouts, dates, parseJson, ...rest } = options;
  const { onEvent, onIgnoredFields, ...settings } = rest;
  if (onIgnoredFields !== undefined) checkIgnoredFieldsMode("createQBenchClient", onIgnoredFields);
  const dateOptions = readDateOptions(dates);
  const convert = dateOptions && createDateConverter(dateOptions);
  const source = tokenSource ?? createTokenSource(readSettings(settings));
  if (tokenSource && settings.baseUrl !== undefined && parseBaseUrl(settings.baseUrl) !== tokenSource.origin) {
    throw new QBenchInputError("baseUrl must be the address of the tokenSource. Set only one of them.");
  }
  const client = createClient<paths>({
    baseUrl: source.origin,
    Request: ReplayableRequest,
    // The API does not redirect. A redirect is returned as it is, so that no fetch carries the token to another origin.
    redirect: "manual",
  });
  client.use(checkUrlLength, createAuthMiddleware(source));
  const findOperation = createOperationFinder(table);
  const transport = createTransport(source.origin, { limits, retry, timeouts, fetch: options.fetch, onEvent });
  checkCalls(client, transport, (method, path) => findOperation(method, path)?.returns, parseJson);
  const paginatingClient = Object.assign(client, {
    paginate: createPaginate(client, path => findOperation("GET", path)?.sortable === true, convert),
  });
  defineResources(paginatingClient, table, { onEvent, onIgnoredFields }, convert);
  // Afterwards, because paginate and the resources convert by themselves.
  if (convert) convertResponses(client, convert);
  return paginatingClient;
}
