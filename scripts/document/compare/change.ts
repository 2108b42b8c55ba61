import { byCodeUnit } from "../model/json.ts";

/**
 * What a change of the document requires of callers: `major` to change their code, `minor` nothing, `patch` nothing
 * because only texts and details changed.
 */
export type Bump = "major" | "minor" | "patch";

export interface Change {
  bump: Bump;
  /** The operation (`GET /qbench/api/v2/orders`) or the schema (`Order`) that changed. */
  subject: string;
  /** What happened to the subject, in words. */
  what: string;
}

/** Where a schema is used: in requests, in responses, or in both. */
export interface Directions {
  inRequest: boolean;
  inResponse: boolean;
}

/** All bumps, the most severe first. */
export const bumps: readonly Bump[] = ["major", "minor", "patch"];

/** Returns the bump that all the changes need together; undefined without changes. */
export const bumpFor = (changes: readonly Change[]): Bump | undefined =>
  bumps.find(bump => changes.some(change => change.bump === bump));

export const byBump = (a: Change, b: Change): number =>
  bumps.indexOf(a.bump) - bumps.indexOf(b.bump) || byCodeUnit(a.subject, b.subject) || byCodeUnit(a.what, b.what);
