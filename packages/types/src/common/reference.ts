/** A record of which the document says nothing. */
interface UndescribedRecord {
  id: number | string;
  [field: string]: unknown;
}

/**
 * What an answer holds in place of a record that it refers to. Beside it stands the record's id as a field of its own,
 * `customer_account_id` beside `customer_account`.
 */
export interface Reference<Entity extends { id: number | string } = UndescribedRecord> {
  /** The kind of the record, as QBench calls it. */
  _type: string | null;
  /** The address of the record. */
  _self: string | null;
  id?: Entity["id"];
  /** Fields of the record; which ones depends on where the reference stands. */
  data: Partial<Entity> | null;
}
