/**
 * The key of what `customFields` returns. No value has this property. A text instead of a symbol, because the compiler
 * cannot declare an exported body with a symbol that the file does not import.
 */
export type CustomFieldNames = "~customFields";

/** The type of what `customFields` returns. Its names travel in a type alone, so that all other fields stay checked. */
export interface CustomFieldsOf<Fields> {
  readonly "~customFields"?: Fields;
}

/** Explains in a compile error why a name is rejected. */
interface InvalidName<Problem> {
  readonly problem: Problem;
}

/** The names that a record declares. A type that accepts every name declares none. */
export type DeclaredName<Entity> = Entity extends unknown
  ? string extends keyof Entity
    ? never
    : keyof Entity
  : never;

/**
 * Returns a custom field of a record that its type does not declare. Returns undefined if the record lacks the field.
 * If the type declares the name, the call does not compile: read `record.name` instead.
 *
 * @example
 * ```ts
 * const reviewer = customField(await client.orders.get(1), "X_REVIEWED_BY");
 * if (typeof reviewer === "string") console.log(reviewer);
 * ```
 */
export function customField<Entity extends object, const Name extends string>(
  record: Entity,
  name: Name &
    (Name extends DeclaredName<Entity> ? InvalidName<`${Name} is declared, so read record.${Name}`> : unknown),
): unknown {
  return Object.hasOwn(record, name) ? (record as Readonly<Record<string, unknown>>)[name] : undefined;
}

/**
 * Adds custom fields that the types do not declare to a written record. The compiler still checks all other fields. If
 * the body declares one of the names, the methods of resources do not accept it.
 *
 * @example
 * ```ts
 * await client.orders.update([{ id: 1, state: "IN PROGRESS", ...customFields({ X_REVIEWED_BY: "MB" }) }]);
 * ```
 */
export function customFields<const Fields extends Readonly<Record<string, unknown>>>(
  fields: Fields,
): CustomFieldsOf<Fields> {
  return fields;
}
