import type { Resources as DocumentResources } from "@qbench-sdk/types";
import type { Client, FetchResponse, MaybeOptionalInit } from "openapi-fetch";
import type { HttpMethod, MediaType, OkStatus, PathsWithMethod, RequiredKeysOf } from "openapi-typescript-helpers";
import type { QBenchClientOf } from "../create-client.js";
import type { Paginate } from "../lists/list-types.js";
import { createListing, type ListCall, type Listing, listCall, type Page } from "../lists/listing.js";
import type { Resources } from "../resources/resource-types.js";
import { type Call, createCall } from "../result/call.js";
import type { Result } from "../result/unwrap.js";
import { type DateField, type DateOptions, type WithDates, withDates } from "./with-dates.js";

/**
 * Converts the paths of a document: successful responses have each date as a `Date`. Requests and errors stay the same.
 */
export type DatedPaths<Paths, Field = DateField, Other = never> = {
  [Path in keyof Paths]: {
    [Method in keyof Paths[Path]]: {
      [Part in keyof Paths[Path][Method]]: Part extends "responses"
        ? DatedResponses<Paths[Path][Method][Part], Field, Other>
        : Paths[Path][Method][Part];
    };
  };
};

type DatedResponses<Responses, Field, Other> = {
  [Status in keyof Responses]: Status extends OkStatus
    ? {
        [Part in keyof Responses[Status]]: Part extends "content"
          ? WithDates<Responses[Status][Part], Field, Other>
          : Responses[Status][Part];
      }
    : Responses[Status];
};

/** Describes a client whose methods, `paginate` and resources return each date as a `Date`. */
export type DatedClient<Paths extends {}, Field = DateField, Other = never, Table = object> = Pick<
  Client<Paths>,
  "use" | "eject"
> & {
  [Method in HttpMethod as Uppercase<Method>]: DatedMethod<Paths, Method, Field, Other>;
} & { paginate: Paginate<DatedPaths<Paths, Field, Other>> } & Resources<DatedPaths<Paths, Field, Other>, Table>;

// openapi-fetch's Client<DatedPaths> does not work here: its type Readable would map the members of Date.
type DatedMethod<Paths extends {}, Method extends HttpMethod, Field, Other> = <
  Path extends PathsWithMethod<Paths, Method> & keyof Paths,
  Init extends MaybeOptionalInit<Paths[Path], Method & keyof Paths[Path]>,
>(
  path: Path,
  ...init: InitParam<Init>
) => Promise<
  Paths[Path][Method & keyof Paths[Path]] extends infer Operation extends Record<string | number, unknown>
    ? DatedResult<FetchResponse<Operation, Init, MediaType>, Field, Other>
    : never
>;

type InitParam<Init> =
  RequiredKeysOf<Init> extends never ? [(Init & Record<string, unknown>)?] : [Init & Record<string, unknown>];

type DatedResult<R, Field, Other> = R extends { data: infer Data; error?: never }
  ? { data: DatedData<Data, Field, Other>; error?: never; response: Response }
  : R;

type DatedData<Data, Field, Other> = Data extends ArrayBuffer | Blob | ReadableStream
  ? Data
  : WithDates<Data, Field, Other>;

/**
 * Wraps a client so that its methods, `paginate` and its resources return each date as a `Date`. Filters and bodies
 * still take texts: see `formatDate` and `formatDateTime`. The given client does not change, and both share their
 * middleware.
 *
 * Its methods reject with a `QBenchResponseError` if a response has a value that is not a date and `onInvalidDate` is not
 * set.
 *
 * @example
 * ```ts
 * const dated = datedClient(client);
 * const order = await dated.orders.get(1);
 * console.log(order.date_created?.getTime());
 * ```
 */
export function datedClient<
  Paths extends {},
  Table = DocumentResources,
  Field extends string = DateField,
  Other = never,
>(
  client: QBenchClientOf<Paths, Table>,
  options: DateOptions<Field, Other> = {},
): DatedClient<Paths, Field, Other, Table> {
  type Method = (...args: unknown[]) => unknown;
  const members = client as unknown as Record<string, Method | Record<string, Method>>;
  const convert = (value: unknown): unknown => withDates(value, options);

  const datedListing = (listing: Listing<unknown>): Listing<unknown> => ({
    ...createListing(async function* () {
      for await (const page of listing.pages()) yield { ...page, data: convert(page.data) as unknown[] };
    }, listing.total),
    toArray: async options => convert(await listing.toArray(options)) as unknown[],
  });
  const datedFetchMethod = (method: Method): Method => {
    return async (...args) => {
      const result = (await method(...args)) as Result;
      return result.data === undefined ? result : { ...result, data: convert(result.data) };
    };
  };
  const datedResourceMethod = (method: Method): Method => {
    return (...args) => {
      const result = method(...args) as Call<unknown> | ListCall<unknown>;
      const dated = (): Call<unknown> =>
        createCall(result.withResponse().then(({ data, response }) => ({ data: convert(data), response })));
      return "pages" in result ? listCall(datedListing(result), dated as () => Call<Page<unknown>>) : dated();
    };
  };
  const datedMember = (name: string): unknown => {
    const member = members[name];
    if (typeof member === "object") {
      return Object.fromEntries(Object.entries(member).map(([key, method]) => [key, datedResourceMethod(method)]));
    }
    if (name === "paginate") return (...args: unknown[]) => datedListing(member?.(...args) as Listing<unknown>);
    return member && /^[A-Z]+$/.test(name) ? datedFetchMethod(member) : member;
  };

  const dated = {};
  for (const name of Object.keys(client)) {
    // `request` is another way to call the methods below.
    if (name === "request") continue;
    const get = (): unknown => {
      const value = datedMember(name);
      Object.defineProperty(dated, name, { value });
      return value;
    };
    Object.defineProperty(dated, name, { configurable: true, enumerable: true, get });
  }
  // Each method keeps its arguments and returns converted data, as the types say. Comparing them is slow to compile.
  return dated as unknown as DatedClient<Paths, Field, Other, Table>;
}
