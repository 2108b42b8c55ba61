import type { CallOptions } from "../call-options.js";
import type { Dated, DateField } from "../dates/with-dates.js";
import type { ItemOf, ReadOptions } from "../lists/list-types.js";
import type { ListCall } from "../lists/listing.js";
import type { SuccessBody } from "../result/success-body.js";
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

/**
 * The resources of a document: the arguments and results of `client.orders.list()` and all other methods. Results hold
 * dates as `DateValue`.
 */
export type Resources<Paths, Table, DateValue = string, Field = DateField> = {
  readonly [Resource in keyof Table]: {
    readonly [Name in keyof Table[Resource]]: MethodOf<Paths, Table[Resource][Name], DateValue, Field>;
  };
};

type MethodOf<Paths, Entry, DateValue, Field> = Entry extends { method: infer Method extends string; path: infer Path }
  ? FunctionOf<
      Paths,
      Path,
      Operation<Paths, Path, Method>,
      Method,
      Entry extends { returns: infer Returns } ? Returns : "body",
      DateValue,
      Field
    >
  : never;

// The function types have no names, so that an editor shows their parameters.
type FunctionOf<Paths, Path, Op, Method, Returns, DateValue, Field> = Returns extends "page"
  ? (
      ...args: ReadArguments<Path, Op, CallOptions & ReadOptions>
    ) => ListCall<Dated<ListItem<Paths, Path>, DateValue, Field>>
  : Method extends "GET" | "HEAD"
    ? (...args: ReadArguments<Path, Op, CallOptions>) => Promise<Dated<ResultOf<Op, Returns>, DateValue, Field>>
    : Method extends "DELETE"
      ? (
          ...args: [...Ids<Path, Op>, options?: CallOptions | undefined]
        ) => Promise<Dated<ResultOf<Op, Returns>, DateValue, Field>>
      : Returns extends "records"
        ? (...args: WriteArguments<Path, Op, WriteOptions>) => Promise<Dated<ResultOf<Op, Returns>, DateValue, Field>>
        : (...args: WriteArguments<Path, Op, CallOptions>) => Promise<Dated<ResultOf<Op, Returns>, DateValue, Field>>;

type ReadArguments<Path, Op, Options> = [...Ids<Path, Op>, ...Query<Op>, options?: Options | undefined];

type WriteArguments<Path, Op, Options> = [...Ids<Path, Op>, ...Body<Op>, options?: Options | undefined];

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

type Body<Op> = Op extends { requestBody: { content: infer Content } }
  ? [body: Content[keyof Content]]
  : Op extends { requestBody?: infer Optional }
    ? [Exclude<Optional, undefined>] extends [never]
      ? [body?: undefined]
      : Exclude<Optional, undefined> extends { content: infer Content }
        ? [body?: Content[keyof Content] | undefined]
        : [body?: undefined]
    : [body?: undefined];

/** The body of a successful response, or the `data` of its envelope. */
type ResultOf<Op, Returns> = Op extends { responses: infer Responses }
  ? SuccessBody<Responses> extends infer ResponseBody
    ? [ResponseBody] extends [never]
      ? unknown
      : Returns extends "body"
        ? ResponseBody
        : ResponseBody extends { data: infer Data }
          ? Data
          : ResponseBody
    : never
  : unknown;
