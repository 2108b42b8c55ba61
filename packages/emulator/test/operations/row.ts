/** The parts of a response that a row names. Everything else is checked against the document's schema only. */
export interface Expected {
  status: number;
  /** The `total_count` of a list. */
  total?: number;
  /** The ids of the listed records, in order. */
  ids?: readonly number[];
  /** A list with the same ids in any order, or a record and its field: `/batches?sample_ids=1`, `/batches/1 tests`. */
  sameIdsAs?: string;
  /** Fields of the record in `data`, or of the first records of the list in `data`. */
  data?: object;
  /** Fields of the whole body, or a part of its text. */
  body?: object | string;
}

/**
 * A request to an operation, and its response. Texts can contain `{api_client_id}`, `{assertion}`, `{refresh_token}` and
 * `{jid}`, which the test replaces.
 */
export interface Row extends Expected {
  /** What the row shows: the rest of a sentence that begins with the operation. */
  shows: string;
  /** The path and the query. Default: the operation's path. */
  path?: string;
  /** The JSON body. */
  json?: unknown;
  /** The fields of a form. The request has no access token. */
  form?: Readonly<Record<string, string>>;
  /** Default: urlencoded. */
  encoding?: "urlencoded" | "multipart";
  cookie?: string;
  /** Requests that come first: a method and a path, with the JSON body. */
  given?: readonly (readonly [request: string, json?: unknown])[];
  /** Reads that follow, by path. Default status: 200. */
  after?: Readonly<Record<string, Partial<Expected>>>;
}

/** A row, with its operation. */
export interface OperationRow extends Row {
  operation: string;
  method: string;
  path: string;
}

/** The rows of each operation, by its method and its path below `/qbench/api/v2`. The first row is a success. */
export type Table = Readonly<Record<string, readonly Row[]>>;
