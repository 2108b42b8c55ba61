import { QBenchInputError } from "@qbench-sdk/auth/internal";
import type { Middleware } from "openapi-fetch";

interface Parameters {
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
}

/** What the check reads of the second argument of an HTTP method. */
interface Init {
  params?: Parameters;
  querySerializer?: unknown;
}

/**
 * Matches texts that are blank, `.` or `..`, texts with characters that end a segment of a path, and texts that are
 * percent-encoded already: a server that decodes them twice would see such a character.
 */
const UNSAFE_SEGMENT = /^\s*(\.{1,2}\s*)?$|[/\\?#\p{Cc}\p{Cs}]|%[\da-f]{2}/iu;

/** Servers are recommended to accept URLs of this length (RFC 9110 section 4.1, docs/qbench-api.md §4.2). */
const MAX_URL_LENGTH = 8000;

function reject(call: string, name: string, problem: string): never {
  throw new QBenchInputError(`${call}: ${name} ${problem}`);
}

/** Checks that each path parameter fills one segment. `/orders/{order_id}` with `..` would be another route. */
function checkPath(call: string, path: string, values: Parameters["path"]): void {
  // A regular expression would take a quarter of the time of the whole call.
  for (let start = path.indexOf("{"); start !== -1; start = path.indexOf("{", start + 1)) {
    const name = path.slice(start + 1, path.indexOf("}", start));
    const value = values?.[name];
    const isSafe = typeof value === "string" ? !UNSAFE_SEGMENT.test(value) : Number.isSafeInteger(value);
    if (isSafe || typeof value === "bigint") continue;
    reject(
      call,
      name,
      'must be a whole number, or a text that is not empty, ".." or percent-encoded, without / \\ ? #',
    );
  }
}

const isFilterValue = (value: unknown): boolean =>
  /^(string|boolean|bigint)$/.test(typeof value) || Number.isFinite(value);

/**
 * Checks that the URL will contain each filter. openapi-fetch leaves out empty lists and most objects, and the server
 * would then return all records.
 */
function checkQuery(call: string, query: Parameters["query"]): void {
  // openapi-fetch finds no filters in a text or a Map.
  if (Object.prototype.toString.call(query ?? {}) !== "[object Object]")
    reject(call, "the query", "must be an object.");
  // Enumerates the same properties as openapi-fetch.
  for (const name in query) {
    const value: unknown = query[name];
    const isList = Array.isArray(value);
    const values = isList ? value : [value ?? ""];
    if (values.length === 0)
      reject(call, name, "is an empty list. Leave it out to read all records, or send no request to read none.");
    const index = values.findIndex(item => !isFilterValue(item) || (isList && item === ""));
    if (index !== -1) {
      reject(
        call,
        isList ? `${name}[${index}]` : name,
        "must be a text that is not empty, a finite number or a boolean.",
      );
    }
  }
}

/**
 * Checks that no parameter of a request changes the route, or is lost from the query. A caller that passes a function as
 * `querySerializer` can send any query.
 *
 * @throws QBenchInputError if a parameter is unsafe
 */
export function checkParameters(method: string, path: string, { params, querySerializer }: Init): void {
  const call = `${method} ${path}`;
  checkPath(call, path, params?.path);
  if (typeof querySerializer !== "function") checkQuery(call, params?.query);
}

/** Rejects a request whose URL is too long for a server. The error names the longest parameter. */
export const checkUrlLength: Middleware = {
  onRequest({ request: { method, url }, schemaPath, params }) {
    const { length } = url;
    if (length <= MAX_URL_LENGTH) return;
    const parts = Object.entries<unknown>({ "The path": schemaPath, ...params.path, ...params.query });
    const [longest = ""] = parts.sort(([, a], [, b]) => String(b).length - String(a).length)[0] ?? [];
    const problem = `is too long: the URL has ${length} of at most ${MAX_URL_LENGTH} characters. Send several requests.`;
    reject(`${method} ${schemaPath}`, longest, problem);
  },
};
