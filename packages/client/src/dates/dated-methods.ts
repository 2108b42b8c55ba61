import type { Client, FetchResponse, MaybeOptionalInit } from "openapi-fetch";
import type { HttpMethod, MediaType, OkStatus, PathsWithMethod, RequiredKeysOf } from "openapi-typescript-helpers";
import { wrapHttpMethods } from "../http-methods.js";
import type { DateField, WithDates } from "./with-dates.js";

/**
 * Describes openapi-fetch's client whose successful responses hold each date as a `DateValue`.
 *
 * Each method except `request` has two signatures. Calls use the first one. openapi-fetch's own one is for functions
 * that take its client, such as those of openapi-react-query. It is not enough for calls, because its types replace a
 * Date by an object without its methods.
 */
export type DatedMethods<Paths extends {}, DateValue, Field> = {
  /** Sends a request with the given method. */
  request: DatedClient<Paths, DateValue, Field>["request"];
  /** Adds middleware of openapi-fetch. */
  use: DatedClient<Paths, DateValue, Field>["use"];
  /** Removes middleware of openapi-fetch. */
  eject: DatedClient<Paths, DateValue, Field>["eject"];
  /** Sends a GET request. */
  GET: DatedMethod<Paths, "get", DateValue, Field> & DatedClient<Paths, DateValue, Field>["GET"];
  /** Sends a PUT request. */
  PUT: DatedMethod<Paths, "put", DateValue, Field> & DatedClient<Paths, DateValue, Field>["PUT"];
  /** Sends a POST request. */
  POST: DatedMethod<Paths, "post", DateValue, Field> & DatedClient<Paths, DateValue, Field>["POST"];
  /** Sends a DELETE request. */
  DELETE: DatedMethod<Paths, "delete", DateValue, Field> & DatedClient<Paths, DateValue, Field>["DELETE"];
  /** Sends an OPTIONS request. */
  OPTIONS: DatedMethod<Paths, "options", DateValue, Field> & DatedClient<Paths, DateValue, Field>["OPTIONS"];
  /** Sends a HEAD request. */
  HEAD: DatedMethod<Paths, "head", DateValue, Field> & DatedClient<Paths, DateValue, Field>["HEAD"];
  /** Sends a PATCH request. */
  PATCH: DatedMethod<Paths, "patch", DateValue, Field> & DatedClient<Paths, DateValue, Field>["PATCH"];
  /** Sends a TRACE request. */
  TRACE: DatedMethod<Paths, "trace", DateValue, Field> & DatedClient<Paths, DateValue, Field>["TRACE"];
};

type DatedClient<Paths, DateValue, Field> = Client<DatedPaths<Paths, DateValue, Field>>;

type DatedMethod<Paths extends {}, Method extends HttpMethod, DateValue, Field> = <
  Path extends PathsWithMethod<Paths, Method> & keyof Paths,
  Init extends MaybeOptionalInit<Paths[Path], Method & keyof Paths[Path]>,
>(
  path: Path,
  ...init: InitParam<Init>
) => Promise<
  Paths[Path][Method & keyof Paths[Path]] extends infer Operation extends Record<string | number, unknown>
    ? DatedResult<FetchResponse<Operation, Init, MediaType>, DateValue, Field>
    : never
>;

type InitParam<Init> =
  RequiredKeysOf<Init> extends never ? [(Init & Record<string, unknown>)?] : [Init & Record<string, unknown>];

type DatedResult<R, DateValue, Field> = R extends { data: infer Data; error?: never }
  ? { data: DatedData<Data, DateValue, Field>; error?: never; response: Response }
  : R;

type DatedData<Data, DateValue, Field> = Data extends ArrayBuffer | Blob | ReadableStream
  ? Data
  : WithDates<Data, DateValue, Field>;

/** Converts the successful responses of a document. Requests and errors stay the same. */
export type DatedPaths<Paths, DateValue = Date, Field = DateField> = {
  [Path in keyof Paths]: {
    [Method in keyof Paths[Path]]: {
      [Part in keyof Paths[Path][Method]]: Part extends "responses"
        ? DatedResponses<Paths[Path][Method][Part], DateValue, Field>
        : Paths[Path][Method][Part];
    };
  };
};

type DatedResponses<Responses, DateValue, Field> = {
  [Status in keyof Responses]: Status extends OkStatus
    ? {
        [Part in keyof Responses[Status]]: Part extends "content"
          ? WithDates<Responses[Status][Part], DateValue, Field>
          : Responses[Status][Part];
      }
    : Responses[Status];
};

/** Makes the HTTP methods of a client convert the data of each response. */
export function convertResponses(client: object, convert: (data: unknown) => unknown): void {
  wrapHttpMethods(client, send => async (...args) => {
    const result = await send(...args);
    return result.data === undefined ? result : { ...result, data: convert(result.data) };
  });
}
