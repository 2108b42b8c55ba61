/** A record that the document does not describe. */
interface UndescribedRecord {
  id: number;
}

/**
 * Represents a related record in a response. For most relations, the id of that record is in a field beside it, such as
 * `customer_account_id` beside `customer_account`.
 */
export interface Reference<Entity extends { id: number | string } = UndescribedRecord> {
  /** The kind of the record, as QBench names it. */
  _type: string | null;
  /** The URL of the record. */
  _self: string | null;
  /** The id of the record. */
  id?: Entity["id"];
  /** Some fields of the record. Which ones depends on the response. */
  data: Partial<Entity> | null;
}

/** Relates an existing record in a request, by its id. */
export interface Link<Entity extends { id: number | string } = UndescribedRecord> {
  /** The id of the record. */
  id: Entity["id"];
}
