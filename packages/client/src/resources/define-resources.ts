import { QBenchInputError } from "@qbench-sdk/auth/internal";
import type { CallOptions } from "../call-options.js";
import type { ReadOptions } from "../lists/list-types.js";
import type { Listing, Page } from "../lists/listing.js";
import { listCall } from "../lists/listing.js";
import { type Call, type CallResult, createCall } from "../result/call.js";
import { withOperation } from "../result/operations.js";
import { unwrapWithResponse } from "../result/unwrap.js";
import { type IgnoredFieldsReporting, type ListWrite, writeRecords } from "../writes/write-records.js";
import type { ResourceMethod, ResourceTable } from "./resource-types.js";

interface Init extends CallOptions {
  params: { path: Record<string, unknown>; query?: unknown };
  body?: unknown;
}

/** A client without the types of its arguments: the types of the resources have checked them already. */
interface UntypedClient {
  request(method: string, path: string, init: Init): Promise<{ data?: unknown; response: Response }>;
  paginate(path: string, init: Init & ReadOptions): Listing<unknown>;
}

/**
 * Adds the resources of a table to a client. A resource is created on its first use, since a service uses few of them.
 *
 * @param convert converts what each method returns
 * @throws QBenchInputError if the client already has a member of a resource's name
 */
export function defineResources(
  target: { request: unknown; paginate: unknown },
  table: ResourceTable,
  reporting: IgnoredFieldsReporting,
  convert: (data: unknown) => unknown = data => data,
): void {
  // The methods as they are now, because data is converted last: written records are first compared with those sent.
  const client = { ...(target as UntypedClient) };
  const operations = (): readonly ResourceMethod[] => operationsOf(table);
  for (const [resource, methods] of Object.entries(table)) {
    if (resource in target) throw new QBenchInputError(`resources: the client already has a member "${resource}"`);
    Object.defineProperty(target, resource, {
      configurable: true,
      enumerable: true,
      get() {
        const value = Object.fromEntries(
          Object.entries(methods).map(([name, method]) => [
            name,
            withOperation(createMethod(client, `${resource}.${name}`, method, reporting, convert), method, operations),
          ]),
        );
        Object.defineProperty(target, resource, { value });
        return value;
      },
    });
  }
}

/** Returns a function that finds the operation of a request in a table. */
export function createOperationFinder(
  table: ResourceTable,
): (method: string, path: string) => ResourceMethod | undefined {
  // Built on first use: a process may never send a request.
  let operations: Map<string, ResourceMethod> | undefined;
  return (method, path) => {
    operations ??= new Map(operationsOf(table).map(each => [`${each.method} ${each.path}`, each]));
    return operations.get(`${method} ${path}`);
  };
}

const operationsOf = (table: ResourceTable): ResourceMethod[] =>
  Object.values(table).flatMap(methods => Object.values(methods));

function createMethod(
  client: UntypedClient,
  name: string,
  { method, path, returns, echoes = false }: ResourceMethod,
  reporting: IgnoredFieldsReporting,
  convert: (data: unknown) => unknown,
): (...args: unknown[]) => unknown {
  const names = Array.from(path.matchAll(/{([^{}]+)}/g), ([, parameter = ""]) => parameter);
  const isReadOnly = method === "GET" || method === "HEAD";
  const hasEnvelope = returns === "records" || returns === "data" || returns === "list";

  const readArguments = (args: unknown[]) => {
    const ids = Object.fromEntries(names.map((parameter, index) => [parameter, args[index]]));
    const rest = args.slice(names.length);
    const payload = method === "DELETE" ? undefined : rest.shift();
    const options: ReadOptions & CallOptions = rest[0] ?? {};
    const { signal, headers } = options;
    const params = isReadOnly ? { path: ids, query: payload } : { path: ids };
    const init: Init = { params, ...(signal && { signal }), ...(headers && { headers }) };
    return { init, payload, options };
  };
  const send = async (init: Init): Promise<CallResult<unknown>> => {
    const { data, response } = await unwrapWithResponse(client.request(method, path, init));
    // The client has checked that the envelope has data.
    return { data: hasEnvelope ? (data as { data: unknown }).data : data, response };
  };

  const toCall = (result: Promise<CallResult<unknown>>): Call<unknown> =>
    createCall(result.then(({ data, response }) => ({ data: convert(data), response })));

  if (returns === "page") {
    return (...args) => {
      const { init, options } = readArguments(args);
      const { cursor, onProgress } = options;
      const reading = { ...init, ...(cursor && { cursor }), ...(onProgress && { onProgress }) };
      return listCall(client.paginate(path, reading), () => toCall(send(init)) as Call<Page<unknown>>);
    };
  }
  const request = async (args: unknown[]): Promise<CallResult<unknown>> => {
    const { init, payload, options } = readArguments(args);
    if (returns !== "records") return send(payload === undefined || isReadOnly ? init : { ...init, body: payload });
    let last: Response | undefined;
    const sendChunk: ListWrite["send"] = async chunk => {
      const { data, response } = await send({ ...init, body: chunk });
      last = response;
      return data as unknown[];
    };
    const write = { name, method, path, isEchoed: echoes, ...reporting, send: sendChunk };
    const data = await writeRecords(write, payload, options);
    return { data, response: last as Response };
  };
  return (...args) => toCall(request(args));
}
