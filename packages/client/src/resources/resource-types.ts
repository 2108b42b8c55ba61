import type { MediaType, SuccessResponse } from "openapi-typescript-helpers";
import type { CallOptions } from "../call-options.js";
import type { ItemOf, ReadOptions } from "../lists/list-types.js";
import type { ListCall } from "../lists/listing.js";
import type { OnlyDeclared } from "../writes/exact-body.js";
import type { WriteOptions } from "../writes/write-records.js";

/** One method of a resource: the operation that it calls, and what the types alone do not tell the client. */
export interface ResourceMethod {
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  /**
   * What the method returns: a `page` of a list, the `records` of a write that takes and returns records, or the `data` of
   * any other envelope. Without it, the body of the response.
   */
  readonly returns?: "page" | "records" | "data";
  /** The list takes `sort_by`. */
  readonly sortable?: boolean;
  /** The list takes `last_updated`. */
  readonly lastUpdated?: boolean;
  /** The returned records have every field that can be sent, so that ignored fields can be found. */
  readonly echoes?: boolean;
}

/** The methods of each resource, as `@qbench-sdk/types` exports them: `resources`. */
export type ResourceTable = Readonly<Record<string, Readonly<Record<string, ResourceMethod>>>>;

/** The resources of a document: the arguments and results of `client.orders.list()` and all other methods. */
export type Resources<Paths, Table> = {
  readonly [Resource in keyof Table]: {
    readonly [Name in keyof Table[Resource]]: MethodOf<Paths, Table[Resource][Name]>;
  };
};

type MethodOf<Paths, Entry> = Entry extends { method: infer Method extends string; path: infer Path }
  ? FunctionOf<
      Paths,
      Path,
      Operation<Paths, Path, Method>,
      Method,
      Entry extends { returns: infer Returns } ? Returns : "body"
    >
  : never;

// The function types have no names, so that an editor shows their parameters.
type FunctionOf<Paths, Path, Op, Method, Returns> = Returns extends "page"
  ? (...args: ReadArguments<Path, Op, CallOptions & ReadOptions>) => ListCall<ListItem<Paths, Path>>
  : Method extends "GET" | "HEAD"
    ? (...args: ReadArguments<Path, Op, CallOptions>) => Promise<ResultOf<Op, Returns>>
    : Method extends "DELETE"
      ? (...args: [...Ids<Path, Op>, options?: CallOptions | undefined]) => Promise<ResultOf<Op, Returns>>
      : Body<Op, unknown> extends [body?: undefined]
        ? (...args: WriteArguments<Path, Op, unknown, CallOptions>) => Promise<ResultOf<Op, Returns>>
        : Returns extends "records"
          ? <const Sent>(...args: WriteArguments<Path, Op, Sent, WriteOptions>) => Promise<ResultOf<Op, Returns>>
          : <const Sent>(...args: WriteArguments<Path, Op, Sent, CallOptions>) => Promise<ResultOf<Op, Returns>>;

type ReadArguments<Path, Op, Options> = [...Ids<Path, Op>, ...Query<Op>, options?: Options | undefined];

type WriteArguments<Path, Op, Sent, Options> = [...Ids<Path, Op>, ...Body<Op, Sent>, options?: Options | undefined];

type Operation<Paths, Path, Method extends string> = Path extends keyof Paths
  ? Lowercase<Method> extends keyof Paths[Path]
    ? Paths[Path][Lowercase<Method>]
    : never
  : never;

/** The item of a list; `unknown` if the document does not declare the response. */
type ListItem<Paths, Path> = [ItemOf<Paths, Path & keyof Paths>] extends [never]
  ? unknown
  : ItemOf<Paths, Path & keyof Paths>;

/** The values of the path's parameters, in the order of the path. An editor shows the labels. */
type Ids<Path, Op> =
  Values<Path, Op> extends infer All
    ? All extends [infer One]
      ? [id: One]
      : All extends [infer One, infer Two]
        ? [id: One, innerId: Two]
        : All extends unknown[]
          ? All
          : never
    : never;

type Values<Path, Op> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? [Op extends { parameters: { path: { [Key in Name]: infer Value } } } ? Value : string | number, ...Values<Rest, Op>]
  : [];

type Query<Op> = Op extends { parameters: { query: infer Filter } }
  ? [query: Filter]
  : Op extends { parameters: { query?: infer Filter } }
    ? [query?: Filter | undefined]
    : [query?: undefined];

type Body<Op, Sent> = Op extends { requestBody: { content: infer Content } }
  ? [body: Declared<Content> & OnlyDeclared<Sent, Declared<Content>>]
  : Op extends { requestBody?: infer Optional }
    ? [Exclude<Optional, undefined>] extends [never]
      ? [body?: undefined]
      : Exclude<Optional, undefined> extends { content: infer Content }
        ? [body?: (Declared<Content> & OnlyDeclared<Sent, Declared<Content>>) | undefined]
        : [body?: undefined]
    : [body?: undefined];

/** The body as the document declares it. The client does not change a list. */
type Declared<Content> = Content[keyof Content] extends infer Body
  ? Body extends readonly (infer Item)[]
    ? readonly Item[]
    : Body
  : never;

/** The body of a successful response, or the `data` of its envelope. */
type ResultOf<Op, Returns> = Op extends { responses: infer Responses extends Record<string | number, unknown> }
  ? SuccessResponse<Responses, MediaType> extends infer ResponseBody
    ? [ResponseBody] extends [never]
      ? unknown
      : Returns extends "body"
        ? ResponseBody
        : ResponseBody extends { data: infer Data }
          ? Data
          : ResponseBody
    : never
  : unknown;
