import { byBump, type Change } from "./change.ts";
import { codeOf, listOf } from "./words.ts";

/** A changelog beyond this length is not read. */
const MAX_LINES = 60;
/** So many operations with the same change are still listed one by one. */
const MAX_ALIKE = 3;

const headings: readonly (readonly [heading: string, includes: (change: Change) => boolean])[] = [
  ["Breaking", ({ bump }) => bump === "major"],
  ["Added or relaxed", ({ bump, isDeprecation }) => bump === "minor" && isDeprecation !== true],
  ["Deprecated", ({ bump, isDeprecation }) => bump === "minor" && isDeprecation === true],
  ["Documentation", ({ bump }) => bump === "patch"],
];

/**
 * Formats changes as Markdown for people who write services, breaking changes first. If they need more than 60 lines,
 * the same change of several subjects becomes one entry. What is still beyond 60 lines is only counted, and the text
 * names the command that prints all of them.
 */
export function formatChanges(changes: readonly Change[], client: string): string {
  const all = formatAllChanges(changes);
  if (all.split("\n").length <= MAX_LINES) return all;
  const lines: string[] = [];
  let omitted = 0;
  for (const [heading, includes] of headings) {
    const entries = groupAlike(changes.filter(includes).toSorted(byBump));
    // Room for the heading, the lines around it, and the last line.
    const room = Math.max(MAX_LINES - lines.length - 5, 0);
    const listed = entries.slice(0, room);
    omitted += entries.slice(room).flat().length;
    if (listed.length > 0) lines.push(`**${heading}**`, "", ...listed.map(formatEntry), "");
  }
  if (omitted > 0) lines.push(`And ${omitted} more. \`pnpm openapi:changes --client ${client}\` prints all of them.`);
  return lines.join("\n").trim();
}

/** Groups changes that differ in their subjects only, if there are many. */
function groupAlike(changes: readonly Change[]): Change[][] {
  const alike = Map.groupBy(changes, ({ part, what }) => JSON.stringify([part, what]));
  return [...alike.values()].flatMap(list => (list.length > MAX_ALIKE ? [list] : list.map(each => [each])));
}

/** Formats all changes, one on each line. */
export const formatAllChanges = (changes: readonly Change[]): string =>
  headings
    .map(([heading, includes]) => ({ heading, included: changes.filter(includes).toSorted(byBump) }))
    .filter(({ included }) => included.length > 0)
    .map(({ heading, included }) => [`**${heading}**`, "", ...included.map(each => formatEntry([each]))].join("\n"))
    .join("\n\n");

const none: Change = { bump: "patch", subject: "", what: "" };

/** Formats changes that differ in their subjects only. */
function formatEntry(changes: readonly Change[]): string {
  const { part, what } = changes[0] ?? none;
  const separator = part === undefined && changes.length === 1 ? " " : ": ";
  return `- ${namesOf(changes)}${separator}${part === undefined ? "" : `${part} `}${what}`;
}

function namesOf(changes: readonly Change[]): string {
  const names = changes.map(nameOf);
  return names.length > 1 ? listOf(names, "and", MAX_ALIKE) : codeOf(names[0] ?? "");
}

const nameOf = ({ subject, field }: Change): string => (field === undefined ? subject : `${subject}.${field}`);
