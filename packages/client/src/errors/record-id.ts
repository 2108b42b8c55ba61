import { sanitizeText } from "@qbench-sdk/auth/internal";

const MAX_ID_LENGTH = 100;

/** Returns the id of a returned record for an error or an event. It is a number in nearly all lists. */
export function toRecordId(id: unknown): number | string | undefined {
  if (typeof id === "string") return sanitizeText(id, [], MAX_ID_LENGTH);
  return typeof id === "number" ? id : undefined;
}
