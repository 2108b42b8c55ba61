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

function reject(call: string, name: string, problem: string): never {
  throw new QBenchInputError(`${call}: ${name} ${problem}`);
}

/**
 * Checks that a path parameter fills one segment of the path. `/orders/{order_id}` with `..` would be another route.
 *
 * @param call the name of the call, for the message
 * @throws QBenchInputError if the value is neither a whole number nor a text that is safe in a path
 */
export function checkPathParameter(call: string, name: string, value: unknown): void {
  if ((value ?? "") === "") reject(call, name, "is missing");
  if (typeof value === "string" ? UNSAFE_SEGMENT.test(value) : !Number.isSafeInteger(value)) {
    reject(
      call,
      name,
      'must be a whole number, or a text without / \\ ? # that is not blank, ".." or percent-encoded.',
    );
  }
}

const isFilterValue = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "boolean" || typeof value === "bigint" || Number.isFinite(value);

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
    if (isList && value.length === 0) {
      reject(call, name, "is an empty list. Leave it out to read all records, or send no request to read none.");
    }
    const values = isList ? value : [value ?? ""];
    const index = values.findIndex(item => !isFilterValue(item) || (isList && item === ""));
    if (index !== -1) {
      const problem = (values[index] ?? "") === "" ? "is empty." : "must be a text, a finite number or a boolean.";
      reject(call, isList ? `${name}[${index}]` : name, problem);
    }
  }
}

function checkPath(call: string, path: string, values: Parameters["path"]): void {
  // A regular expression would take a quarter of the time of the whole call.
  for (let start = path.indexOf("{"); start !== -1; start = path.indexOf("{", start + 1)) {
    const name = path.slice(start + 1, path.indexOf("}", start));
    checkPathParameter(call, name, values?.[name]);
  }
}

/** Makes the HTTP methods of a client reject parameters that would change the route or be lost from the query. */
export function checkParameters(client: object): void {
  wrapHttpMethods(client, send => async (method, path, init) => {
    const { params }: { params?: Parameters } = init ?? {};
    const call = `${method} ${path}`;
    checkPath(call, path, params?.path);
    checkQuery(call, params?.query);
    return send(method, path, init);
  });
}

/** Rejects a request whose URL is too long for a server. The error names the longest parameter. */
export const checkUrlLength: Middleware = {
  onRequest({ request: { method, url }, schemaPath, params }) {
    if (url.length <= MAX_URL_LENGTH) return;
    const parts = Object.entries<unknown>({ "The path": schemaPath, ...params.path, ...params.query });
    const [name = "", value] = parts.sort(([, a], [, b]) => String(b).length - String(a).length)[0] ?? [];
    const size = Array.isArray(value) ? `${value.length} values` : `${String(value).length} characters`;
    reject(
      `${method} ${schemaPath}`,
      name,
      `has ${size}. The URL has ${url.length} characters, but servers may reject more than ${MAX_URL_LENGTH}. Send several requests.`,
    );
  },
};
