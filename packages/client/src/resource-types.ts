import type { HeadersOptions } from "openapi-fetch";
import type { MediaType, SuccessResponse } from "openapi-typescript-helpers";
import type { ItemOf, Listing, Page } from "./paginate.js";

/** The calls of each resource, such as `"GET /qbench/api/v2/orders/{order_id}"`, as `@qbench-sdk/types` has them. */
export type ResourceTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What any call of a resource takes last. */
export interface CallOptions {
  signal?: AbortSignal;
  headers?: HeadersOptions;
}

/** What a call takes that writes a list of records. */
export interface WriteOptions extends CallOptions {
  /** How many records one request holds at most; default 100. */
  chunkSize?: number;
  /**
   * What to do when the answer lacks a field that was sent, or has another value for it: QBench drops what it does not know
   * without a word (facts 5.2). Default `"event"`: `onEvent` is told. `"error"` throws QBenchDropError.
   */
  onDrop?: "event" | "error" | "ignore";
}

/** A list: awaited, it is the one page that its query asks for; iterated, all its records, page by page. */
export interface ListCall<Item> extends Listing<Item>, PromiseLike<Page<Item>> {}

/** The resources of a document: what `client.orders.list()` and all others take and give. */
export type Resources<Paths, Table> = {
  readonly [Name in keyof Table]: { readonly [Call in keyof Table[Name]]: ResourceCall<Paths, Table[Name][Call]> };
};

type ResourceCall<Paths, Text> = Text extends `${infer Method} ${infer Path}?${infer Marks}`
  ? Method extends "GET"
    ? ListMethod<Path, OperationOf<Paths, Path, Method>, ItemOf<Paths, Path & keyof Paths>>
    : Write<Path, OperationOf<Paths, Path, Method>, Marks extends "list" | "list&echo" ? WriteOptions : CallOptions>
  : Text extends `${infer Method} ${infer Path}`
    ? Method extends "GET" | "HEAD"
      ? Read<Path, OperationOf<Paths, Path, Method>>
      : Method extends "DELETE"
        ? Remove<Path, OperationOf<Paths, Path, Method>>
        : Write<Path, OperationOf<Paths, Path, Method>, CallOptions>
    : never;

type OperationOf<Paths, Path, Method extends string> = Path extends keyof Paths
  ? Lowercase<Method> extends keyof Paths[Path]
    ? Paths[Path][Lowercase<Method>]
    : never
  : never;

type ListMethod<Path, Operation, Item> = (
  ...args: [...Ids<Path, Operation>, ...Query<Operation>, options?: CallOptions | undefined]
) => ListCall<[Item] extends [never] ? unknown : Item>;

type Read<Path, Operation> = (
  ...args: [...Ids<Path, Operation>, ...Query<Operation>, options?: CallOptions | undefined]
) => Promise<DataOf<Operation>>;

type Remove<Path, Operation> = (
  ...args: [...Ids<Path, Operation>, options?: CallOptions | undefined]
) => Promise<DataOf<Operation>>;

type Write<Path, Operation, Options> = (
  ...args: [...Ids<Path, Operation>, ...Body<Operation>, options?: Options | undefined]
) => Promise<DataOf<Operation>>;

/** The values of the path's parameters, in its order. The labels are what an editor shows. */
type Ids<Path, Operation> =
  Values<Path, Operation> extends infer All
    ? All extends [infer One]
      ? [id: One]
      : All extends [infer One, infer Two]
        ? [id: One, innerId: Two]
        : All extends unknown[]
          ? All
          : never
    : never;

type Values<Path, Operation> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? [
      Operation extends { parameters: { path: { [Key in Name]: infer Value } } } ? Value : string | number,
      ...Values<Rest, Operation>,
    ]
  : [];

type Query<Operation> = Operation extends { parameters: { query: infer Filter } }
  ? [query: Filter]
  : Operation extends { parameters: { query?: infer Filter } }
    ? [query?: Filter | undefined]
    : [query?: undefined];

type Body<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? [body: Content[keyof Content]]
  : Operation extends { requestBody?: infer Optional }
    ? [Exclude<Optional, undefined>] extends [never]
      ? [body?: undefined]
      : Exclude<Optional, undefined> extends { content: infer Content }
        ? [body?: Content[keyof Content] | undefined]
        : [body?: undefined]
    : [body?: undefined];

type DataOf<Operation> = Operation extends { responses: infer Answers extends Record<string | number, unknown> }
  ? SuccessResponse<Answers, MediaType> extends infer Answer
    ? [Answer] extends [never]
      ? unknown
      : DataIn<Answer>
    : never
  : unknown;

/** What an envelope holds that has `data` alone, but for what it says of itself: `_type` and `_self` (facts 5.1). */
type DataIn<Answer> = Answer extends { data: infer Data }
  ? Exclude<keyof Answer, `_${string}`> extends "data"
    ? Data
    : Answer
  : Answer;
