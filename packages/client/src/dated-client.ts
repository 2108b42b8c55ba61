import type { OkStatus } from "openapi-typescript-helpers";
import type { QBenchClient } from "./create-client.js";
import { createPaginate } from "./paginate.js";
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

/**
 * The same client, whose answers hold each date as a `Date`, by calls and by `paginate`. Filters and bodies take texts still:
 * `formatDate`, `formatDateTime`. The client that is given stays as it is, and shares its middleware with this one.
 *
 * @throws RangeError from a call whose answer has a text that is no date, without `onUnparseable`
 */
export function datedClient<Paths extends {}, Field extends string = DateField, Other = never>(
  client: QBenchClient<Paths>,
  options: DateOptions<Field, Other> = {},
): QBenchClient<DatedPaths<Paths, Field, Other>> {
  type Call = (...call: unknown[]) => Promise<Result>;
  const dated = (send: Call): Call => {
    return async (...call) => {
      const result = await send(...call);
      return result.data === undefined ? result : { ...result, data: withDates(result.data, options) };
    };
  };
  const members = Object.entries(client).map(([name, member]) => [
    name,
    /^([A-Z]+|request)$/.test(name) ? dated(member as Call) : member,
  ]);
  // Each call has its method's type with other answers, which is what DatedPaths says.
  const copy = Object.fromEntries(members) as QBenchClient<DatedPaths<Paths, Field, Other>>;
  return Object.assign(copy, { paginate: createPaginate(copy) });
}
