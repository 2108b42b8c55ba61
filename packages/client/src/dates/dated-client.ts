import type { Client, FetchResponse, MaybeOptionalInit } from "openapi-fetch";
import type { HttpMethod, MediaType, OkStatus, PathsWithMethod, RequiredKeysOf } from "openapi-typescript-helpers";
import type { QBenchClient } from "../create-client.js";
import type { Paginate } from "../lists/list-types.js";
import { createListing, type ListCall, type Listing, listCall, type Page } from "../lists/listing.js";
import type { Resources } from "../resources/resource-types.js";
import type { Result } from "../result/unwrap.js";
import { type DateField, type DateOptions, type WithDates, withDates } from "./with-dates.js";

/** The paths of a document with `Date` in their successful answers. What is sent, and errors, stay as they are. */
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

/** A client whose answers hold each date as a `Date`: those of calls, of `paginate` and of resources. */
export type DatedClient<Paths extends {}, Field = DateField, Other = never, Table = object> = Pick<
  Client<Paths>,
  "use" | "eject"
> & {
  [Method in HttpMethod as Uppercase<Method>]: DatedMethod<Paths, Method, Field, Other>;
} & { paginate: Paginate<DatedPaths<Paths, Field, Other>> } & Resources<DatedPaths<Paths, Field, Other>, Table>;

// openapi-fetch's Client<DatedPaths> would not do: what it makes of answers (Readable) takes a Date apart.
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
 * The same client, whose answers hold each date as a `Date`: by calls, by `paginate` and by resources. Filters and bodies
 * take texts still: `formatDate`, `formatDateTime`. The client that is given stays as it is, and shares its middleware with
 * this one.
 *
 * @throws RangeError from a call whose answer has a text that is no date, without `onInvalidDate`
 */
export function datedClient<Paths extends {}, Table, Field extends string = DateField, Other = never>(
  client: QBenchClient<Paths, Table>,
  options: DateOptions<Field, Other> = {},
): DatedClient<Paths, Field, Other, Table> {
  type Call = (...call: unknown[]) => unknown;
  const members = client as unknown as Record<string, Call | Record<string, Call>>;
  const date = (value: unknown): unknown => withDates(value, options);

  const datedListing = (listing: Listing<unknown>): Listing<unknown> =>
    createListing(async function* () {
      for await (const page of listing.pages()) yield { ...page, data: date(page.data) as unknown[] };
    }, listing.total);
  const datedMethod = (send: Call): Call => {
    return async (...call) => {
      const result = (await send(...call)) as Result;
      return result.data === undefined ? result : { ...result, data: date(result.data) };
    };
  };
  const datedCall = (send: Call): Call => {
    return (...call) => {
      const answer = send(...call) as Promise<unknown> | ListCall<unknown>;
      const dated = (): Promise<unknown> => Promise.resolve(answer).then(date);
      return "pages" in answer ? listCall(datedListing(answer), dated as () => Promise<Page<unknown>>) : dated();
    };
  };
  const datedMember = (name: string): unknown => {
    const member = members[name];
    if (typeof member === "object") {
      return Object.fromEntries(Object.entries(member).map(([call, send]) => [call, datedCall(send)]));
    }
    if (name === "paginate") return (...call: unknown[]) => datedListing(member?.(...call) as Listing<unknown>);
    return member && /^[A-Z]+$/.test(name) ? datedMethod(member) : member;
  };

  const dated = {};
  for (const name of Object.keys(client)) {
    // `request` would be a second name for the methods.
    if (name === "request") continue;
    const get = (): unknown => {
      const value = datedMember(name);
      Object.defineProperty(dated, name, { value });
      return value;
    };
    Object.defineProperty(dated, name, { configurable: true, enumerable: true, get });
  }
  // Each call is its method with other answers, which is what the types say; to compare them costs the compiler much.
  return dated as unknown as DatedClient<Paths, Field, Other, Table>;
}
