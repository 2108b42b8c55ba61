import { QBenchInputError } from "@qbench-sdk/auth/internal";
import type { Middleware } from "openapi-fetch";
import { wrapHttpMethods } from "../http-methods.js";

interface Parameters {
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
}

/**
 * Matches texts that are blank, `.` or `..`, texts with characters that end a segment of a path, and texts that are
 * percent-encoded already: a server that decodes them twice would see such a character.
 */
const UNSAFE_SEGMENT = /^\s*(\.{1,2}\s*)?$|[/\\?#\p{Cc}\p{Cs}]|%[\da-f]{2}/iu;

/** Servers are recommended to accept URLs of this length (RFC 9110 section 4.1, docs/qbench-api.md §4.2). */
const MAX_URL_LENGTH = 8000;

/**
 * Checks that a path parameter fills one segment of the path. `/orders/{order_id}` with `..` would be another route.
 *
 * @param call the name of the call, for the message
 * @throws QBenchInputError if the value is neither a whole number nor a text that is safe in a path
 */
export function checkPathParameter(call: string, name: string, value: unknown): void {
  if ((value ?? "") === "") throw new QBenchInputError(`${call}: ${name} is missing`);
  if (typeof value === "string" ? !UNSAFE_SEGMENT.test(value) : Number.isSafeInteger(value)) return;
  throw new QBenchInputError(
    `${call}: ${name} must be a whole number, or a text without / \\ ? # that is not blank, "." or ".." and not percent-encoded.`,
  );
}

const isFilterValue = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "boolean" || typeof value === "bigint" || Number.isFinite(value);

/**
 * Checks that the URL will contain each filter. openapi-fetch leaves out empty lists and most objects, and the server
 * would then return all records.
 */
function checkQuery(call: string, query: Parameters["query"]): void {
  // A text or a Map has no filters for openapi-fetch.
  if (Object.prototype.toString.call(query ?? {}) !== "[object Object]") {
    throw new QBenchInputError(`${call}: the query must be an object of filters.`);
  }
  // Enumerates the same properties as openapi-fetch.
  for (const name in query) {
    const value: unknown = query[name];
    if (value === undefined || value === null) continue;
    if (!Array.isArray(value)) {
      if (!isFilterValue(value)) throw invalidFilter(call, name);
      continue;
    }
    if (value.length === 0) {
      throw new QBenchInputError(
        `${call}: ${name} is an empty list. Leave it out to read all records, or send no request to read none.`,
      );
    }
    const index = value.findIndex(item => !isFilterValue(item) || item === "");
    if (index !== -1) throw invalidFilter(call, `${name}[${index}]`);
  }
}

const invalidFilter = (call: string, name: string): QBenchInputError =>
  new QBenchInputError(
    `${call}: ${name} must be a text, a finite number or a boolean. In a list, it must not be empty.`,
  );

/** Makes the HTTP methods of a client reject parameters that would change the route or be lost from the query. */
export function checkParameters(client: object): void {
  wrapHttpMethods(client, (method, name) => async (...args) => {
    const [verb, path, init] = (name === "request" ? args : [name, ...args]) as [string, string, unknown];
    const { params } = (init ?? {}) as { params?: Parameters };
    const call = `${verb} ${path}`;
    for (const [, parameter = ""] of call.matchAll(/{([^{}]+)}/g)) {
      checkPathParameter(call, parameter, params?.path?.[parameter]);
    }
    checkQuery(call, params?.query);
    return method(...args);
  });
}

/** Rejects a request whose URL is too long for a server. The error names the longest parameter of the query. */
export const checkUrlLength: Middleware = {
  onRequest({ request: { method, url }, schemaPath, params: { path, query } }) {
    if (url.length <= MAX_URL_LENGTH) return;
    const parts: [name: string, value: unknown][] = [
      ["The path", schemaPath],
      ...Object.entries({ ...path, ...query }),
    ];
    const [name, value] = parts.reduce((a, b) => (String(a[1]).length < String(b[1]).length ? b : a));
    const size = Array.isArray(value) ? `${value.length} values` : `${String(value).length} characters`;
    throw new QBenchInputError(
      `${method} ${schemaPath}: the URL has ${url.length} characters, and servers may reject more than ${MAX_URL_LENGTH}. ` +
        `${name} has ${size}. Send several requests with fewer.`,
    );
  },
};
