import { dateFields, responseFields } from "../model/date-fields.ts";
import type { JsonObject } from "../model/json.ts";
import type { Change } from "./change.ts";
import { codeOf } from "./words.ts";

/**
 * Compares which fields a client with `dates: "Date"` converts. A client recognizes dates by name alone. So a field of
 * one schema can change the types of all fields with the same name.
 */
export function compareDateFields(before: JsonObject, after: JsonObject): Change[] {
  const [old, now] = [new Set(dateFields(before)), new Set(dateFields(after))];
  const [known, left] = [namesIn(before), namesIn(after)];
  const report = (name: string, what: string): Change => ({
    bump: "major",
    subject: "dateFields",
    what: `${what} ${codeOf(name)}: clients with \`dates: "Date"\` read other types`,
  });
  // Fields that appear or disappear as a whole are changes of their schemas.
  return [
    ...[...old].filter(name => !now.has(name) && left.has(name)).map(name => report(name, "no longer contains")),
    ...[...now].filter(name => !old.has(name) && known.has(name)).map(name => report(name, "now contains")),
  ];
}

function namesIn(document: JsonObject): Set<string> {
  const { dates, others } = responseFields(document);
  return new Set([...dates, ...others]);
}
