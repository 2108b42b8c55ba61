import { basename } from "node:path";
import { parseMarkdown } from "./parse-markdown.ts";
import rfcSections from "./rfc-sections.json" with { type: "json" };

/** The number of the last section of each RFC that may be cited. */
const lastSections = new Map(Object.entries(rfcSections));

/** Citations of documents that are not in the repository. */
const foreignCitation =
  /\bfacts \d[\d.]*|\bvendor(?:'s)? (?:facts|guide)(?:,? rules? \d+)?|\brules? \d+|\bauth-scenarios\b/gi;

/** Their examples are wrong on purpose. */
const ownTests = ["scripts/test/citations.test.ts", "scripts/test/links.test.ts"];

interface BadCitation {
  index: number;
  problem: string;
}

/**
 * Returns the citations that do not resolve. `docs/qbench-api.md §3.2` must name a numbered heading of that document; further
 * sections in the same sentence belong to it as well. Inside `docs/`, a section without a document is one of the same document.
 * An RFC is cited as `RFC 7523` or `RFC 7523 section 2.1`; only the first number of its section is checked.
 */
export function findBadCitations(texts: ReadonlyMap<string, string>): string[] {
  const sections = new Map(
    [...texts]
      .filter(([path]) => /^docs\/[^/]+\.md$/.test(path))
      .map(([path, text]) => [basename(path), parseMarkdown(text).sections]),
  );
  return [...texts].flatMap(([path, text]) => {
    if (ownTests.includes(path)) return [];
    const sentences = joinLines(text);
    const own = path.startsWith("docs/") ? basename(path) : undefined;
    return [...checkSections(sentences, sections, own), ...checkRfcs(sentences), ...checkDocuments(sentences)]
      .toSorted((a, b) => a.index - b.index)
      .map(({ index, problem }) => `${path}:${text.slice(0, index).split("\n").length}: ${problem}`);
  });
}

/** Replaces line breaks, and the marks that begin a comment line, by as many spaces. A blank line leaves a line break. */
const joinLines = (text: string): string =>
  text.replaceAll(/\n[\t ]*(?:(?:\*(?!\/)|\/\/|#)[\t ]*)?(?=\S)/g, found => " ".repeat(found.length));

function checkSections(
  text: string,
  sections: ReadonlyMap<string, ReadonlySet<string>>,
  own: string | undefined,
): BadCitation[] {
  const bad: BadCitation[] = [];
  let document = own;
  const citation = /(?<![\w-])(?<folder>docs\/)?(?<named>[\w-]+\.md\b)|§ ?(?<section>\d+(?:\.\d+)*)|[.!?]\s|\n|\*\//g;
  for (const { index, groups: { folder, named, section } = {} } of text.matchAll(citation)) {
    if (named !== undefined) {
      document = named;
      if (folder && !sections.has(named)) bad.push({ index, problem: `docs/${named} does not exist` });
    } else if (section === undefined) document = own;
    else if (document === undefined) bad.push({ index, problem: `§${section} does not name its document` });
    else if (sections.has(document) && !sections.get(document)?.has(section)) {
      bad.push({ index, problem: `docs/${document} has no section ${section}` });
    }
  }
  return bad;
}

function checkRfcs(text: string): BadCitation[] {
  const pattern = /\bRFC[ -]?(\d+)(?: section (\d+)(?:\.\d+)*)?(,? *(?:§|sections?\b|\d))?/gi;
  return [...text.matchAll(pattern)].flatMap(({ index, 0: citation, 1: rfc = "", 2: section = "1", 3: rest }) => {
    const last = lastSections.get(rfc);
    if (rest !== undefined || !citation.startsWith(`RFC ${rfc}`)) {
      return [{ index, problem: `"${citation}" is not of the form "RFC ${rfc} section N"` }];
    }
    if (last === undefined) return [{ index, problem: `RFC ${rfc} is not in scripts/repository/rfc-sections.json` }];
    return Number(section) <= last ? [] : [{ index, problem: `RFC ${rfc} has no section ${section}` }];
  });
}

const checkDocuments = (text: string): BadCitation[] =>
  [...text.matchAll(foreignCitation)].map(({ index, 0: citation }) => ({
    index,
    problem: `"${citation}" cites a document that is not in this repository`,
  }));
