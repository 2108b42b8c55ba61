import type { ErrorStatus, MediaType } from "openapi-typescript-helpers";
import type { CallOptions, ListOptions } from "../call-options.js";
import type { WithDates } from "../dates/with-dates.js";
import type { ErrorBody, ErrorDetails } from "../errors/api-error.js";
import type { ItemOf } from "../lists/list-types.js";
import type { ListCall } from "../lists/listing.js";
import type { Call, Declares } from "../result/call.js";
import type { ResponseContent } from "../result/parse-body.js";
import type { SuccessBody } from "../result/success-body.js";
import type { OnlyDeclared } from "../writes/exact-body.js";
import type { WriteOptions } from "../writes/write-records.js";

/** One method of a resource: the operation that it calls, and what the types alone do not tell the client. */
export interface ResourceMethod {
  /** In upper case. */
  readonly method: string;
  /** With a parameter in braces for each id, such as `/qbench/api/v2/orders/{order_id}`. */
  readonly path: string;
  /**
   * What the method returns: a `page` of a list, the `records` of a write that takes and returns records, the record that
   * is the `data` of any other envelope, or the `list` that is. A `file` is the text or the bytes of a response that is
   * not JSON. Without it, the body of the response, if there is one.
   */
  readonly returns?: ResponseContent;
  /** The list takes `sort_by`. */
  readonly sortable?: boolean;
  /** The list takes `last_updated`. */
  readonly lastUpdated?: boolean;
  /** The list takes `include_deleted`. Absent if it takes it exactly if it takes `sort_by`, as QBench's lists do. */
  readonly includeDeleted?: boolean;
  /** The returned records have every field that can be sent, so that ignored fields can be found. */
  readonly echoes?: boolean;
}

/** The methods of each resource, as `@qbench-sdk/types` exports them: `resources`. */
export type ResourceTable<Name extends PropertyKey = string> = Readonly<
  Record<Name, Readonly<Record<string, ResourceMethod>>>
>;

/** The resources of a document: `client.orders` and all others. */
export type Resources<Paths, Table> = {
  readonly [Name in keyof Table as Exclude<Name, "~signatures" | "~dates">]: Resource<Paths, Table, Name>;
};

/** The methods of one resource, with their arguments and results. */
export type Resource<Paths, Table, Name extends keyof Table> = {
  readonly [Method in keyof Table[Name]]: MethodOf<
    Paths,
    Table[Name][Method],
    SignaturesOf<Table>,
    DatesOf<Table>,
    `${Name & string}.${Method & string}`
  >;
};

/** The signatures that the generated file has for the methods of its table, so that editors show the descriptions. */
type SignaturesOf<Table> = Table extends { readonly "~signatures"?: infer Signatures }
  ? NonNullable<Signatures>
  : object;

/** Marks the type of a table, so that the results of its methods hold each date of the fields as a `DateValue`. */
export interface WithDateTypes<DateValue, Field> {
  "~dates": [DateValue, Field];
}

// False stands for a table without dates. Undefined would not do: without `strictNullChecks`, it extends every type.
type DatesOf<Table> = Table extends { "~dates": infer Dates } ? Dates : false;

type Dated<Result, Dates> = Dates extends [infer DateValue, infer Field] ? WithDates<Result, DateValue, Field> : Result;

type MethodOf<Paths, Entry, Signatures, Dates, Name> = Entry extends {
  method: infer Method extends string;
  path: infer Path;
}
  ? FunctionOf<
      Paths,
      Path,
      Operation<Paths, Path, Method>,
      Method,
      Entry extends { returns: infer Returns } ? Returns : "body",
      Signatures,
      Dates,
      Name
    >
  : never;

type FunctionOf<Paths, Path, Op, Method, Returns, Signatures, Dates, Name> = Returns extends "page"
  ? Signed<
      Signatures,
      Name,
      ReadArguments<Path, Op, ListOptions>,
      MayFail<Op, ListCall<Dated<ListItem<Paths, Path>, Dates>>>
    >
  : Method extends "GET" | "HEAD"
    ? Signed<
        Signatures,
        Name,
        ReadArguments<Path, Op, CallOptions>,
        MayFail<Op, Call<Dated<ResultOf<Op, Returns>, Dates>>>
      >
    : Method extends "DELETE"
      ? Signed<
          Signatures,
          Name,
          [...Ids<Path, Op>, options?: CallOptions | undefined],
          MayFail<Op, Call<Dated<ResultOf<Op, Returns>, Dates>>>
        >
      : SignedWrite<
          Signatures,
          Name,
          Ids<Path, Op>,
          Op,
          Returns extends "records" ? WriteOptions : CallOptions,
          MayFail<Op, Call<Dated<ResultOf<Op, Returns>, Dates>>>
        >;

/** A function with the description of its method, if the generated file has one. */
type Signed<Signatures, Name, Args extends unknown[], Result> = Name extends keyof Signatures
  ? (Signatures & { args: Args; result: Result })[Name]
  : (...args: Args) => Result;

/** A function like that of `Signed`. If the operation takes a body, the function is generic, to check the body. */
type SignedWrite<Signatures, Name, Ids extends unknown[], Op, Options, Result> =
  BodyOf<Op> extends [infer Declared]
    ? SignedBody<Signatures, Name, WriteTypes<Ids, Declared, Options>, Result>
    : BodyOf<Op> extends []
      ? Signed<Signatures, Name, [...Ids, body?: undefined, options?: Options | undefined], Result>
      : BodyOf<Op> extends [(infer Declared)?]
        ? SignedBody<Signatures, Name, OptionalWriteTypes<Ids, Declared, Options>, Result>
        : never;

type SignedBody<Signatures, Name, Write extends { args: unknown[] }, Result> = Name extends keyof Signatures
  ? (Signatures & { write: Write; result: Result })[Name]
  : <const Sent>(...args: (Write & { sent: Sent })["args"]) => Result;

/** The arguments of a write, for the type of the body that is sent. */
interface WriteTypes<Ids extends unknown[], Declared, Options> {
  sent: unknown;
  args: [...Ids, body: Accepted<Declared> & OnlyDeclared<this["sent"], Declared>, options?: Options | undefined];
}

interface OptionalWriteTypes<Ids extends unknown[], Declared, Options> {
  sent: unknown;
  args: [
    ...Ids,
    body?: (Accepted<Declared> & OnlyDeclared<this["sent"], Declared>) | undefined,
    options?: Options | undefined,
  ];
}

/**
 * A call, with the type of its error bodies if they differ from those of the first client's document. So an editor shows
 * them only where they matter.
 */
type MayFail<Op, Result> = [ErrorBodyOf<Op>] extends [infer Body]
  ? [Body] extends [never]
    ? Result
    : DetailsOf<ErrorBody> extends DetailsOf<Body>
      ? DetailsOf<Body> extends DetailsOf<ErrorBody>
        ? Result
        : Result & Declares<Body>
      : Result & Declares<Body>
  : never;

type DetailsOf<Body> = [ErrorDetails<Body>["type"], ErrorDetails<Body>["item"]];

/** The bodies of all error responses. */
type ErrorBodyOf<Op> = Op extends { responses: infer Responses }
  ? JsonOf<Responses[keyof Responses & ErrorStatus]>
  : never;

type JsonOf<Response> = Response extends { content: infer Content } ? Content[keyof Content & MediaType] : never;

type ReadArguments<Path, Op, Options> = [...Ids<Path, Op>, ...Query<Op>, options?: Options | undefined];

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

/** Returns the declared body in a tuple: `[Body]`, `[Body?]` if the body is optional, or `[]` without a body. */
type BodyOf<Op> = Op extends { requestBody: { content: infer Content } }
  ? [Content[keyof Content]]
  : Op extends { requestBody?: infer Body }
    ? [Exclude<Body, undefined>] extends [never]
      ? []
      : Exclude<Body, undefined> extends { content: infer Content }
        ? [Content[keyof Content]?]
        : []
    : [];

/** The body as the document declares it. A list can be readonly, because the client does not change it. */
type Accepted<Declared> = Declared extends (infer Item)[] ? readonly Item[] : Declared;

/** The body of a successful response, or the `data` of its envelope. */
type ResultOf<Op, Returns> = Op extends { responses: infer Responses }
  ? SuccessBody<Responses> extends infer ResponseBody
    ? [ResponseBody] extends [never]
      ? unknown
      : Returns extends "body"
        ? ResponseBody
        : Returns extends "file"
          ? FileOf<ResponseBody>
          : ResponseBody extends { data: infer Data }
            ? Data
            : ResponseBody
    : never
  : unknown;

/** A text, or bytes if the content type of the response is not that of a text. */
export type TextOrBytes = string | Uint8Array<ArrayBuffer>;

/** `TextOrBytes` if the document declares both, so that editors show that name. */
type FileOf<ResponseBody> = TextOrBytes extends ResponseBody ? TextOrBytes : ResponseBody;
