import { type Bump, bumpFor, byBump, type Change } from "../document/compare/change.ts";
import { compareDocuments } from "../document/compare/compare-documents.ts";
import { resourceCalls } from "../document/compare/resource-calls.ts";
import { codeOf } from "../document/compare/words.ts";
import { hideFields } from "../document/model/hide-fields.ts";
import { canonical, type JsonObject } from "../document/model/json.ts";
import type { Case, Verdict } from "./judge-types.ts";
import { listTypePairs, type Versions } from "./type-pairs.ts";

/**
 * Returns what changed between two normalized documents of an API client, breaking changes first. Rules judge the
 * documents, and the compiler judges the types. The bump is the larger of the two.
 */
export async function findChanges(before: JsonObject, after: JsonObject): Promise<Change[]> {
  const [changes = []] = await findAllChanges([{ before, after }]);
  return changes;
}

/** Returns the changes of several APIs, with one run of the compiler. */
export async function findAllChanges(apis: readonly Versions[]): Promise<Change[][]> {
  const cases = apis.map(({ before, after }): Case => {
    const versions = { before: hideFields(before), after: hideFields(after) };
    return { versions, pairs: listTypePairs(versions) };
  });
  const verdicts = cases.every(({ pairs }) => pairs.length === 0) ? [] : await judge(cases);
  return apis.map((versions, index) => combine(versions, verdicts[index] ?? []));
}

/** Loads the compiler only if types changed, because that takes a third of a second. */
async function judge(cases: readonly Case[]): Promise<Verdict[][]> {
  const { judgeTypes } = await import("./judge-types.ts");
  return judgeTypes(cases);
}

function combine({ before, after }: Versions, verdicts: readonly Verdict[]): Change[] {
  const found = compareDocuments(before, after);
  const bySubject = Map.groupBy(found, ({ subject }) => subject);
  const bumpOf = (subject: string): Bump | undefined => bumpFor(bySubject.get(subject) ?? []);
  const more = verdicts.flatMap(({ pair: { subject, direction }, rejection, isEqual }): Change[] => {
    if (rejection !== undefined) {
      // The rules describe the same change in better words.
      if (bumpOf(subject) === "major") return [];
      const whose = direction === "sent" ? "what callers send" : "what callers read";
      return [{ bump: "major", subject, what: `the compiler rejects ${whose}: ${codeOf(rejection)}` }];
    }
    if (isEqual || bumpOf(subject) === "minor" || bumpOf(subject) === "major") return [];
    const what =
      direction === "sent" ? "accepts other types too" : "has other types, which code for the old ones accepts";
    return [{ bump: "minor", subject, what }];
  });
  const nameOf = namesOfCalls(before, after);
  const changes = [...found, ...more].map(change => ({ ...change, subject: nameOf(change.subject) })).toSorted(byBump);
  if (changes.length === 0 && canonical(before) !== canonical(after)) {
    return [{ bump: "patch", subject: "document", what: "changed in details that affect no caller" }];
  }
  return changes;
}

/** Returns a function that names an operation as a service writes it. Operations for tokens have no such name. */
function namesOfCalls(before: JsonObject, after: JsonObject): (subject: string) => string {
  const [old, now] = [resourceCalls(before), resourceCalls(after)];
  // A changelog is read by people who still use the old names.
  return subject => (old.get(subject) ?? now.get(subject))?.name ?? subject;
}
