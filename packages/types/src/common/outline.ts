/**
 * Describes the operations of a document as data, for programs that check names at run time. The keys are a method and a
 * path of the document, such as `GET /qbench/api/v2/orders`.
 */
export type Outline = Readonly<Record<string, OperationOutline>>;

/** Describes an operation: what its request takes, and which fields its records have. */
export interface OperationOutline {
  /** What the operation does, in a few words. */
  readonly summary?: string;
  /** The query parameters. For a list these are its filters, its order and its pages. */
  readonly query: readonly FieldOutline[];
  /** The body, if it is JSON: one record, or a list of records. */
  readonly body?: BodyOutline;
  /**
   * The fields of each record in a successful response. Undefined if the response is not JSON, or if the document does
   * not declare all fields of the record.
   */
  readonly record?: readonly FieldOutline[];
}

/** Describes the JSON body of a request. */
export interface BodyOutline {
  /** Is true if the body is a list of records. */
  readonly isList: boolean;
  /** The fields of the record, or of each record. */
  readonly fields: readonly FieldOutline[];
}

/** Describes a query parameter, or a field of a record. */
export interface FieldOutline {
  /** The name, as QBench spells it. */
  readonly name: string;
  /** The type of a value, or of each value of a list. */
  readonly type: FieldType;
  /** Is true if the field takes or contains several values. */
  readonly isList?: true;
  /** The allowed values of an enumeration, as text. */
  readonly values?: readonly string[];
  /** The document's description. */
  readonly description?: string;
}

/**
 * The type of a value. The dates are those of the types `DateOnly`, `DateTime` and `UnixSeconds`. `object` is a relation
 * or another nested record. `any` is a value whose type the document does not declare, or declares as one of several.
 */
export type FieldType =
  | "text"
  | "integer"
  | "number"
  | "boolean"
  | "date"
  | "date-time"
  | "unix-seconds"
  | "object"
  | "any";
