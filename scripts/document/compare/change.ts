import { byCodeUnit } from "../model/json.ts";

/** What a change of the document asks of those who call the API: to change their code, nothing, or nothing at all. */
export type Bump = "major" | "minor" | "patch";

export interface Change {
  bump: Bump;
  /** The operation (`GET /qbench/api/v2/orders`) or the schema (`Order`) that changed. */
  subject: string;
  /** What happened to it, in words. */
  what: string;
}

/** Who sees a schema: what a request sends, what an answer holds, or both. */
export interface Directions {
  sent: boolean;
  answered: boolean;
}

/** The gravest first. */
export const bumps: readonly Bump[] = ["major", "minor", "patch"];

/** The bump that is needed for all of the changes; undefined when there are none. */
export const bumpFor = (changes: readonly Change[]): Bump | undefined =>
  bumps.find(bump => changes.some(change => change.bump === bump));

export const byBump = (a: Change, b: Change): number =>
  bumps.indexOf(a.bump) - bumps.indexOf(b.bump) || byCodeUnit(a.subject, b.subject) || byCodeUnit(a.what, b.what);
