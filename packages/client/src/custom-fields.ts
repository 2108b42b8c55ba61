declare const customFieldsKey: unique symbol;

/** The key of the type of `customFields`. No value has this property. */
export type CustomFieldsKey = typeof customFieldsKey;

/** The type of what `customFields` returns. It holds the names, so that methods reject names that a body declares. */
export interface CustomFieldsOf<Fields> {
  readonly [customFieldsKey]?: Fields;
}

/** Returns the names that a record type declares. A type that accepts any name declares none. */
type DeclaredName<Entity> = Entity extends unknown ? (string extends keyof Entity ? never : keyof Entity) : never;

/** Explains in a compile error why a name is rejected. */
interface InvalidName<Problem> {
  readonly problem: Problem;
}

/**
 * Returns a field of a record that the types do not declare, or undefined if the record lacks it. Check the value, because
 * its type is `unknown`. A name that the type declares is a compile error: read such a field with `record.name`.
 *
 * @example
 * ```ts
 * const reviewer = customField(await client.orders.get(1), "X_REVIEWED_BY");
 * if (typeof reviewer === "string") console.log(reviewer);
 * ```
 */
export function customField<Entity extends object, const Name extends string>(
  record: Entity,
  name: Name extends DeclaredName<Entity> ? InvalidName<`${Name} is declared, so read it with record.${Name}`> : Name,
): unknown {
  const field: unknown = name;
  return Object.entries(record).find(([key]) => key === field)?.[1];
}

/**
 * Adds fields that the types do not declare to a written record. The compiler still checks the other fields. A name that
 * the type of the body declares is a compile error in the methods of resources.
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
