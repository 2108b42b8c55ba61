/**
 * Selects the custom fields that a service has declared for a record, as requests take them. `Fields` are the fields
 * that the document declares.
 */
export type CustomFields<Entity, Fields> = {
  [Name in Exclude<keyof Entity, keyof Fields>]?: Written<Exclude<Entity[Name], undefined>>;
};

/** A user is read as `{ id, text }` and written as the id (docs/qbench-api.md §5.2). */
type Written<Value> = Value extends { id: infer Id; text: unknown } ? Id : Value;
