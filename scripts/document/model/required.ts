import { get, type Json } from "./json.ts";

/** Returns the names of the properties that a schema requires. */
export function requiredOf(schema: Json | undefined): Json[] {
  const required = get(schema, "required");
  return Array.isArray(required) ? required : [];
}
