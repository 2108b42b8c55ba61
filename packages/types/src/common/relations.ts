/** A record of which the document says nothing. */
interface UndescribedRecord {
  id: number;
  [field: string]: unknown;
}

/**
 * What an answer holds in place of a record that it refers to. Beside most stands the record's id as a field of its own,
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

/**
 * What a request holds to relate a record that is there already: its id. Other fields, where QBench takes them, change that
 * record along with the one that is written.
 */
export interface Link<Entity extends { id: number | string } = UndescribedRecord> {
  id: Entity["id"];
  [field: string]: unknown;
}
