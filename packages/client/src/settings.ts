import type { AuthOptions, TokenSource } from "@qbench-sdk/auth";
import { QBenchInputError } from "@qbench-sdk/auth/internal";
import { isRecord } from "./check-fields.js";
import type { DateField, DateOptions } from "./dates/with-dates.js";
import type { ClientEvent } from "./events.js";
import type { TransportOptions } from "./transport/create-transport.js";
import type { FetchLike } from "./transport/fetch-like.js";
import type { IgnoredFieldsMode } from "./writes/write-records.js";

/**
 * Configures a client, whatever its dates are. If `baseUrl`, `clientId` or `clientSecret` is missing, the client reads
 * the environment variable QBENCH_URL, QBENCH_CLIENT_ID or QBENCH_CLIENT_SECRET. Browsers and edge workers have no
 * environment.
 */
interface SharedOptions extends Partial<AuthOptions>, TransportOptions {
  /** A token source that several clients share. The client then ignores its own options for tokens. */
  tokenSource?: TokenSource;
  /**
   * Sends all requests, those for tokens included. Default: the global fetch, looked up for each request. Pass `init`
   * on, because `init.signal` ends a request that takes too long.
   */
  fetch?: FetchLike | undefined;
  /**
   * Parses the JSON of successful responses. Default: `JSON.parse`, which rounds numbers beyond 2^53 and drops trailing
   * zeros. Another function can keep such numbers, in a type of its own. The counts of a page must stay numbers. Records
   * whose id is neither a number nor a text are compared by all of their fields, so a record that changes while its list
   * is read can be yielded twice. If the function throws, the response counts as not JSON.
   */
  parseJson?: ((text: string) => unknown) | undefined;
  /** Called on retries, queueing, rate limiting and ignored fields. Errors thrown by the listener are ignored. */
  onEvent?: ((event: ClientEvent) => void) | undefined;
  /** What to do if QBench ignores fields of a write. Default: `"warn"`. The option of a method overrides it. */
  onIgnoredFields?: IgnoredFieldsMode | undefined;
}

/** Configures a client whose responses hold dates as texts. */
export interface ClientOptions extends SharedOptions {
  /** How responses hold dates. Default: `"string"`, as QBench sends them. For `"Date"`, see `DatedClientOptions`. */
  dates?: "string" | undefined;
}

/** Configures a client whose responses hold each date as a `Date`. */
export interface DatedClientOptions<Field extends string = DateField, Other = never> extends SharedOptions {
  /**
   * `"Date"` converts the date fields of the first API client's document. An object names other fields, or says what to
   * do with values that are not a date. Filters and request bodies still take texts.
   */
  dates: "Date" | DateOptions<Field, Other>;
}

/** Returns the options for converting dates. Returns undefined if dates stay texts. */
export function readDateOptions(dates: unknown): DateOptions<string, unknown> | undefined {
  if (dates === undefined || dates === "string") return undefined;
  if (dates === "Date") return {};
  if (isRecord(dates)) return dates;
  throw new QBenchInputError('dates must be "Date", "string" or { fields, onInvalidDate }.');
}

/** Returns the environment of Node, Bun and Deno. Browsers and edge workers have none. */
function environment(): Record<string, string | undefined> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}

/** Returns the options for tokens, and fills in missing ones from the environment. `createTokenSource` checks them. */
export function readSettings(options: Partial<AuthOptions>): AuthOptions {
  const env = environment();
  return {
    ...options,
    baseUrl: options.baseUrl ?? env.QBENCH_URL ?? "",
    clientId: options.clientId ?? env.QBENCH_CLIENT_ID ?? "",
    // A client with an assertion needs no secret. The environment may have one for another client.
    ...(options.assertion === undefined && { clientSecret: options.clientSecret ?? env.QBENCH_CLIENT_SECRET ?? "" }),
  };
}
