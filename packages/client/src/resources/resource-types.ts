import type { MediaType, SuccessResponse } from "openapi-typescript-helpers";
import type { CallOptions } from "../call-options.js";
import type { ItemOf, ReadOptions } from "../lists/list-types.js";
import type { ListCall } from "../lists/listing.js";
import type { WriteOptions } from "../writes/write-records.js";

/** The calls of each resource, such as `"GET /qbench/api/v2/orders/{order_id}"`, as `@qbench-sdk/types` has them. */
export type ResourceTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The resources of a document: what `client.orders.list()` and all others take and give. */
export type Resources<Paths, Table> = {
  readonly [Name in keyof Table]: { readonly [Call in keyof Table[Name]]: ResourceCall<Paths, Table[Name][Call]> };
};

type ResourceCall<Paths, Text> = Text extends `${infer Method} ${infer Path}?${infer Marks}`
  ? MarkedCall<Paths, Path, Operation<Paths, Path, Method>, Method, Marks>
  : Text extends `${infer Method} ${infer Path}`
    ? MarkedCall<Paths, Path, Operation<Paths, Path, Method>, Method, "">
    : never;

// Functions, and no names for them: an editor shows what stands here.
type MarkedCall<Paths, Path, Of, Method, Marks> = Marks extends `page_num${string}`
  ? (...args: Asking<Path, Of, CallOptions & ReadOptions>) => ListCall<ListItem<Paths, Path>>
  : Method extends "GET" | "HEAD"
    ? (...args: Asking<Path, Of, CallOptions>) => Promise<AnswerOf<Of, Marks>>
    : Method extends "DELETE"
      ? (...args: [...Ids<Path, Of>, options?: CallOptions | undefined]) => Promise<AnswerOf<Of, Marks>>
      : Marks extends `list${string}`
        ? (...args: Sending<Path, Of, WriteOptions>) => Promise<AnswerOf<Of, Marks>>
        : (...args: Sending<Path, Of, CallOptions>) => Promise<AnswerOf<Of, Marks>>;

type Asking<Path, Of, Options> = [...Ids<Path, Of>, ...Query<Of>, options?: Options | undefined];

type Sending<Path, Of, Options> = [...Ids<Path, Of>, ...Body<Of>, options?: Options | undefined];

type Operation<Paths, Path, Method extends string> = Path extends keyof Paths
  ? Lowercase<Method> extends keyof Paths[Path]
    ? Paths[Path][Lowercase<Method>]
    : never
  : never;

/** The item of a list; unknown where the document does not say what it answers. */
type ListItem<Paths, Path> = [ItemOf<Paths, Path & keyof Paths>] extends [never]
  ? unknown
  : ItemOf<Paths, Path & keyof Paths>;

/** The values of the path's parameters, in its order. The labels are what an editor shows. */
type Ids<Path, Of> =
  Values<Path, Of> extends infer All
    ? All extends [infer One]
      ? [id: One]
      : All extends [infer One, infer Two]
        ? [id: One, innerId: Two]
        : All extends unknown[]
          ? All
          : never
    : never;

type Values<Path, Of> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? [Of extends { parameters: { path: { [Key in Name]: infer Value } } } ? Value : string | number, ...Values<Rest, Of>]
  : [];

type Query<Of> = Of extends { parameters: { query: infer Filter } }
  ? [query: Filter]
  : Of extends { parameters: { query?: infer Filter } }
    ? [query?: Filter | undefined]
    : [query?: undefined];

type Body<Of> = Of extends { requestBody: { content: infer Content } }
  ? [body: Content[keyof Content]]
  : Of extends { requestBody?: infer Optional }
    ? [Exclude<Optional, undefined>] extends [never]
      ? [body?: undefined]
      : Exclude<Optional, undefined> extends { content: infer Content }
        ? [body?: Content[keyof Content] | undefined]
        : [body?: undefined]
    : [body?: undefined];

/** The body of a success; of an envelope that is marked so, what it holds. */
type AnswerOf<Of, Marks> = Of extends { responses: infer Answers extends Record<string | number, unknown> }
  ? SuccessResponse<Answers, MediaType> extends infer Answer
    ? [Answer] extends [never]
      ? unknown
      : Marks extends ""
        ? Answer
        : Answer extends { data: infer Data }
          ? Data
          : Answer
    : never
  : unknown;
