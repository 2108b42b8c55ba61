import type { Client, FetchResponse, MaybeOptionalInit } from "openapi-fetch";
import type { HttpMethod, MediaType, OkStatus, PathsWithMethod, RequiredKeysOf } from "openapi-typescript-helpers";
import type { QBenchClient } from "./create-client.js";
import { createPaginate, type Paginate } from "./paginate.js";
import type { Result } from "./unwrap.js";
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

/** A client whose answers hold each date as a `Date`; all but its calls and `paginate` is that of the given client. */
export type DatedClient<Paths extends {}, Field = DateField, Other = never> = Omit<
  QBenchClient<Paths>,
  Uppercase<HttpMethod> | "request" | "paginate"
> & {
  [Method in HttpMethod as Uppercase<Method>]: DatedMethod<Paths, Method, Field, Other>;
} & { paginate: Paginate<DatedPaths<Paths, Field, Other>> };

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
 * The same client, whose answers hold each date as a `Date`, by calls and by `paginate`. Filters and bodies take texts still:
 * `formatDate`, `formatDateTime`. The client that is given stays as it is, and shares its middleware with this one.
 *
 * @throws RangeError from a call whose answer has a text that is no date, without `onUnparseable`
 */
export function datedClient<Paths extends {}, Field extends string = DateField, Other = never>(
  client: QBenchClient<Paths>,
  options: DateOptions<Field, Other> = {},
): DatedClient<Paths, Field, Other> {
  type Call = (...call: unknown[]) => Promise<Result>;
  const dated = (send: Call): Call => {
    return async (...call) => {
      const result = await send(...call);
      return result.data === undefined ? result : { ...result, data: withDates(result.data, options) };
    };
  };
  const members = Object.entries(client).map(([name, member]) => [
    name,
    /^[A-Z]+$/.test(name) ? dated(member as Call) : member,
  ]);
  const calls = Object.fromEntries(members);
  const paginate = createPaginate(calls as Client<Paths>);
  // Each call is its method with other answers, which is what the types say; to compare them costs the compiler much.
  return Object.assign(calls, { paginate }) as unknown as DatedClient<Paths, Field, Other>;
}
