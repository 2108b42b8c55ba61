import { isUtf8 } from "node:buffer";
import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import { sanitizeText } from "@qbench-sdk/auth/internal";
import type { QBenchClientOf } from "@qbench-sdk/client";
import { findIgnoredFields, isErrorBody, toApiError } from "@qbench-sdk/client/internal";
import type { Connection } from "../connection/connect.js";
import { createClient } from "../connection/create-client.js";
import { parseApiPath } from "../document/api-path.js";
import { addToQuery, unknownFilters } from "../document/check-names.js";
import { findOperation, type Operation } from "../document/operations.js";
import { readFields } from "../document/read-fields.js";
import { type ApiPath, isRow, type Query, type UntypedPaths } from "../document/untyped-paths.js";
import { CommandError } from "../errors/command-error.js";
import { UsageError } from "../errors/usage-error.js";
import { openFile } from "../input/open-file.js";
import { confirmWrite } from "../output/confirm.js";
import { parseExactJson } from "../output/exact-json.js";
import { print, printBytes } from "../output/print.js";
import { readPages } from "../output/read-pages.js";
import { writeLine } from "../output/write-line.js";
import { writeRows } from "../output/write-rows.js";

export interface ApiOptions {
  path: string;
  /** The HTTP method. By default POST if there is a body, otherwise GET. */
  method?: string;
  /** Each of the form `name=value`. They are the body of a write, and the query otherwise. */
  fields: readonly string[];
  /** A file with the body, or `-` for stdin. The fields are then the query. */
  input?: string;
  paginate?: boolean;
  include?: boolean;
  yes?: boolean;
}

/** Sends any request and prints the response as QBench sent it. A write must be confirmed. */
export async function api(connection: Connection, options: ApiOptions, signal: AbortSignal): Promise<void> {
  const { fields, input, paginate, include, yes } = options;
  const { origin } = connection.tokenSource;
  const { path, query } = parseApiPath(options.path, origin);
  const hasBody = input !== undefined || (fields.length > 0 && !paginate);
  const { method = hasBody ? "POST" : "GET" } = options;
  const isRead = method === "GET" || method === "HEAD" || method === "OPTIONS";
  if (isRead && input !== undefined) throw new UsageError(`A ${method} has no body. Remove --input or -X.`);
  if (paginate && (method !== "GET" || include)) {
    throw new UsageError("--paginate works only with GET requests, and not with --include.");
  }
  const { operation, ids } = findOperation(method, path) ?? {};
  const sendsFields = !isRead && input === undefined;
  if (!sendsFields) addToQuery(query, fields);
  for (const warning of isRead && operation ? unknownFilters(operation, query) : []) await writeLine(warning);
  let body = sendsFields && fields.length > 0 ? readFields(operation, fields) : undefined;
  if (input !== undefined) body = await readInput(input, signal);
  if (!isRead && !yes) await confirmWrite(`${method} ${path}`, origin, signal);

  const client = createClient(connection);
  if (paginate) {
    const list = operation?.returns === "page" ? { path: operation.path, ids } : { path };
    return printAllRows(client, list, query, signal);
  }
  // Ctrl-C during the token request must leave no doubt about the write.
  if (!isRead) await connection.tokenSource.getToken({ signal });
  // Not a template, because the path has its ids already.
  const request = client.request(method as "post", path, {
    params: { query },
    parseAs: "arrayBuffer",
    signal,
    ...(body !== undefined && { body, bodySerializer: String }),
  });
  const { data, error, response } = await request.catch(async reason => {
    if (!isRead && signal.aborted)
      await writeLine(`QBench may have executed ${method} ${path}. Check before you send it again.`);
    throw reason;
  });
  const bytes = Buffer.from(data ?? new ArrayBuffer());
  const problem = response.ok ? findProblem(operation, body, bytes, response) : toApiError(response, error);
  try {
    if (include) await print(describeHead(response));
    await (response.ok ? printBody(bytes) : printError(error, connection));
  } catch (reason) {
    // The problem counts even if the reader of the output has closed the pipe.
    throw problem ?? reason;
  }
  if (problem) throw problem;
}

/** Returns the error that a successful response holds: that of its body, or fields that QBench ignored. */
function findProblem(
  operation: Operation | undefined,
  sent: string | undefined,
  bytes: Buffer,
  response: Response,
): Error | undefined {
  const returned = parse(bytes.toString());
  if (isErrorBody(returned, operation?.returns !== undefined)) return toApiError(response, returned);
  return operation?.echoes && sent !== undefined ? findIgnored(operation, parse(sent), returned) : undefined;
}

async function readInput(file: string, signal: AbortSignal): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await buffer(file === "-" ? addAbortSignal(signal, process.stdin) : await openFile(file, signal));
  } catch (error) {
    throw new UsageError(`Could not read --input (${Object(error).code}).`);
  }
  // Editors and PowerShell on Windows write a byte order mark, which JSON does not allow.
  const text = bytes.toString().replace(/^\ufeff/, "");
  if (!isUtf8(bytes) || parse(text) === undefined)
    throw new UsageError("--input is not JSON in UTF-8. Nothing was sent.");
  return text;
}

/** Prints the records of all pages as NDJSON. */
async function printAllRows(
  client: QBenchClientOf<UntypedPaths>,
  { path, ids = {} }: { path: ApiPath; ids?: Record<string, string> | undefined },
  query: Query,
  signal: AbortSignal,
): Promise<void> {
  const listing = client.paginate(path, { params: { path: ids, query }, signal });
  await writeRows(readPages(listing.pages(), signal), { format: "ndjson", raw: true });
}

/** Formats the status and the headers, without cookies. */
function describeHead({ status, statusText, headers }: Response): string[] {
  const lines = [`HTTP ${status} ${statusText}`.trim()];
  for (const [name, value] of headers) if (name !== "set-cookie") lines.push(`${name}: ${sanitizeText(value)}`);
  return [`${lines.join("\n")}\n\n`];
}

/** Prints a body as QBench sent it. A terminal gets JSON on several lines. */
async function printBody(bytes: Buffer): Promise<void> {
  if (bytes.length === 0) return;
  if (!process.stdout.isTTY) return printBytes(bytes);
  if (!isUtf8(bytes)) {
    throw new CommandError(
      `The response is not a text (${bytes.length} bytes). Write it to a file: qbench api … > file`,
    );
  }
  const text = bytes.toString();
  const value = parse(text, parseExactJson);
  await print([value === undefined ? text : JSON.stringify(value, null, 2), "\n"]);
}

/** Prints the body of an error on one line, without the access token, which the server can repeat. */
async function printError(error: unknown, { tokenSource }: Connection): Promise<void> {
  if (error === undefined || error === "") return;
  const text = typeof error === "string" ? error : JSON.stringify(error);
  await print([`${sanitizeText(text, [tokenSource.peekToken?.()], MAX_ERROR_LENGTH)}\n`]);
}

/** Limits the body of an error, because a proxy can respond with a whole page. */
const MAX_ERROR_LENGTH = 20_000;

/** Returns undefined, which JSON does not have, for a text that is not JSON. */
function parse(text: string, parseJson: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Compares the records that were sent with those of the response. Returns an error if QBench ignored fields. */
function findIgnored({ method, path }: Operation, sent: unknown, returned: unknown): CommandError | undefined {
  const records = isRow(returned) ? returned.data : undefined;
  if (!isRow(records) && !Array.isArray(records)) return undefined;
  // QBench can accept one record where the document declares a list.
  const ignored = findIgnoredFields([sent].flat().filter(isRow), [records].flat(), method === "PATCH");
  if (ignored.length === 0) return undefined;
  const fields = new Set(ignored.flatMap(each => each.fields));
  return new CommandError(
    `${method} ${path}: QBench ignored ${[...fields].join(", ")} (records: ${ignored.length}). ` +
      "The other fields are written. Check the names and values. Do not send the request again as it is.",
  );
}
