import { type Bump, bumps, byBump, type Change } from "./change.ts";

const headings: Record<Bump, string> = {
  major: "Breaking",
  minor: "New, or more at ease",
  patch: "In words alone",
};

/** More than this of one kind are counted only, so that a changelog stays readable. */
const mostTold: Record<Bump, number> = { major: 500, minor: 200, patch: 20 };

/** The changes as a text for people, in Markdown: breaking ones first, each under what changed. */
export function tellChanges(changes: readonly Change[]): string {
  const parts = bumps.flatMap((bump): string[] => {
    const those = changes.filter(change => change.bump === bump).toSorted(byBump);
    if (those.length === 0) return [];
    // A schema or a path can have any name, and this is Markdown.
    const told = Map.groupBy(those.slice(0, mostTold[bump]), ({ subject }) => subject.replaceAll(/[\s`]+/g, " "));
    const lines = [...told].flatMap(([subject, list]) =>
      list.length === 1
        ? [`- \`${subject}\`: ${list[0]?.what}`]
        : [`- \`${subject}\``, ...list.map(({ what }) => `  - ${what}`)],
    );
    const rest = those.length - mostTold[bump];
    return [`**${headings[bump]}**`, "", ...lines, ...(rest > 0 ? [`- and ${rest} more`] : []), ""];
  });
  return parts.join("\n").trim();
}
