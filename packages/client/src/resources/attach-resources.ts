import type { CallOptions } from "../call-options.js";
import { QBenchInputError } from "../errors/input-error.js";
import type { ReadOptions } from "../lists/list-types.js";
import type { Listing, Page } from "../lists/listing.js";
import { listCall } from "../lists/listing.js";
import { unwrap } from "../result/unwrap.js";
import { type ListWrite, writeRecords } from "../writes/write-records.js";
import type { ResourceTable } from "./resource-types.js";

interface Init extends CallOptions {
  params: { path: Record<string, unknown>; query?: unknown };
  body?: unknown;
}

/** A client whose arguments the types of the resources have checked already; here they are any. */
interface LooseClient {
  request(method: string, path: string, init: Init): Promise<{ data?: unknown; response: Response }>;
  paginate(path: string, init: Init & ReadOptions): Listing<unknown>;
}

/**
 * Gives a client the resources of a table. Each is made when it is first asked for.
 *
 * @throws TypeError when a resource is called like something that the client has already
 */
export function attachResources(
  target: { request: unknown; paginate: unknown },
  table: ResourceTable,
  onEvent: ListWrite["onEvent"],
): void {
  const client = target as LooseClient;
  for (const [resource, texts] of Object.entries(table)) {
    if (resource in client) throw new TypeError(`resources: the client has a member "${resource}" already`);
    Object.defineProperty(client, resource, {
      configurable: true,
      enumerable: true,
      get() {
        const value = Object.fromEntries(
          Object.entries(texts).map(([name, text]) => [name, makeCall(client, `${resource}.${name}`, text, onEvent)]),
        );
        Object.defineProperty(client, resource, { value });
        return value;
      },
    });
  }
}

function makeCall(
  client: LooseClient,
  name: string,
  text: string,
  onEvent: ListWrite["onEvent"],
): (...args: unknown[]) => unknown {
  const [call = "", marks = ""] = text.split("?");
  const [method = "", path = ""] = call.split(" ");
  const names = Array.from(path.matchAll(/{(.+?)}/g), ([, parameter = ""]) => parameter);
  const asks = method === "GET" || method === "HEAD";

  const read = (args: unknown[]): [init: Init, body: unknown] => {
    const ids: Record<string, unknown> = {};
    for (const [index, parameter] of names.entries()) {
      ids[parameter] = args[index];
      if ((args[index] ?? "") === "") throw new QBenchInputError(`${name}: ${parameter} is missing`);
    }
    const rest = args.slice(names.length);
    const payload = method === "DELETE" ? undefined : rest.shift();
    const { signal, headers } = (rest[0] ?? {}) as CallOptions;
    const params = asks ? { path: ids, query: payload } : { path: ids };
    return [{ params, ...(signal && { signal }), ...(headers && { headers }) }, payload];
  };
  const send = (init: Init): Promise<unknown> => unwrap(client.request(method, path, init));
  const sendForData = async (init: Init): Promise<unknown> =>
    ((await send(init)) as { data?: unknown } | undefined)?.data;

  if (marks.startsWith("page_num")) {
    return (...args) => {
      const [init] = read(args);
      const { cursor, onProgress } = (args[names.length + 1] ?? {}) as ReadOptions;
      const reading = { ...init, ...(cursor && { cursor }), ...(onProgress && { onProgress }) };
      return listCall(client.paginate(path, reading), () => send(init) as Promise<Page<unknown>>);
    };
  }
  if (marks.startsWith("list")) {
    return async (...args) => {
      const [init, body] = read(args);
      const write = { name, method, path, isEchoed: marks.endsWith("&echo"), onEvent };
      const sendChunk: ListWrite["send"] = chunk => sendForData({ ...init, body: chunk });
      return writeRecords({ ...write, send: sendChunk }, body, args[names.length + 1] ?? {});
    };
  }
  return async (...args) => {
    const [init, body] = read(args);
    return (marks ? sendForData : send)(body === undefined || asks ? init : { ...init, body });
  };
}
