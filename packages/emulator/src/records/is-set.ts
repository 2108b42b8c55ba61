/** Returns true if a field has a value. The fields of records are null if they are empty. */
export const isSet = (value: unknown): boolean => value !== null && value !== undefined;
