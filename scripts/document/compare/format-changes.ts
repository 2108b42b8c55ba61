import { type Bump, bumps, byBump, type Change } from "./change.ts";

const headings: Record<Bump, string> = {
  major: "Breaking",
  minor: "Added or relaxed",
  patch: "Documentation only",
};

/** Changes beyond these are only counted, so that a changelog stays readable. */
const MAX_LISTED: Record<Bump, number> = { major: 500, minor: 200, patch: 20 };

/** Formats the changes as Markdown for people: breaking changes first, each under its subject. */
export function formatChanges(changes: readonly Change[]): string {
  const parts = bumps.flatMap((bump): string[] => {
    const ofBump = changes.filter(change => change.bump === bump).toSorted(byBump);
    if (ofBump.length === 0) return [];
    // A schema or a path can have any name, and this is Markdown.
    const listed = Map.groupBy(ofBump.slice(0, MAX_LISTED[bump]), ({ subject }) => subject.replaceAll(/[\s`]+/g, " "));
    const lines = [...listed].flatMap(([subject, list]) =>
      list.length === 1
        ? [`- \`${subject}\`: ${list[0]?.what}`]
        : [`- \`${subject}\``, ...list.map(({ what }) => `  - ${what}`)],
    );
    const rest = ofBump.length - MAX_LISTED[bump];
    return [`**${headings[bump]}**`, "", ...lines, ...(rest > 0 ? [`- and ${rest} more`] : []), ""];
  });
  return parts.join("\n").trim();
}
