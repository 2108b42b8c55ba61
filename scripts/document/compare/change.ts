import { byCodeUnit } from "../model/json.ts";

/**
 * What a change of the document requires of callers: `major` to change their code, `minor` nothing, `patch` nothing
 * because only texts and details changed.
 */
export type Bump = "major" | "minor" | "patch";

export interface Change {
  bump: Bump;
  /** The operation (`client.orders.list()`), the schema (`Order`) or the part of the document that changed. */
  subject: string;
  /** The path of the field of a schema: `customer.name`. */
  field?: string;
  /** The part of an operation, as Markdown: ``query parameter `state` ``. */
  part?: string;
  /** What happened, as Markdown. */
  what: string;
  isDeprecation?: true;
}

/** Where a schema is used: in requests, in responses, or in both. */
export interface Directions {
  inRequest: boolean;
  inResponse: boolean;
}

/** All bumps, the most severe first. */
const bumps: readonly Bump[] = ["major", "minor", "patch"];

/** Returns the bump that all the changes need together; undefined without changes. */
export const bumpFor = (changes: readonly Pick<Change, "bump">[]): Bump | undefined =>
  bumps.find(bump => changes.some(change => change.bump === bump));

export const byBump = (a: Change, b: Change): number =>
  bumps.indexOf(a.bump) - bumps.indexOf(b.bump) ||
  byCodeUnit(a.subject, b.subject) ||
  byCodeUnit(a.field ?? a.part ?? "", b.field ?? b.part ?? "") ||
  byCodeUnit(a.what, b.what);

/** The bump for more values than before: requests may ignore them, but readers of a response have to handle them. */
export const relaxed = ({ inResponse }: Directions): Bump => (inResponse ? "major" : "minor");

/** The bump for fewer values than before: readers of a response may ignore that, but requests have to avoid them. */
export const tightened = ({ inRequest }: Directions): Bump => (inRequest ? "major" : "minor");
