import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import GithubSlugger from "github-slugger";

/** Returns a function that makes the citations of a source link to their sections, such as `docs/qbench-api.md §5.2`. */
export function citationLinker(root: string): (text: string, file: string) => string {
  const documents = new Map<string, ReadonlyMap<string, string>>();
  const anchorsOf = (document: string): ReadonlyMap<string, string> => {
    const anchors = documents.get(document) ?? sectionAnchors(readFileSync(join(root, document), "utf8"));
    documents.set(document, anchors);
    return anchors;
  };
  return (text, file) =>
    text.replaceAll(
      /(docs\/[\w-]+\.md)(?: |\n *\* )§(\d+(?:\.\d+)*)/g,
      (citation, document: string, section: string) => {
        const anchor = anchorsOf(document).get(section);
        if (anchor === undefined) return citation;
        return `[${document} §${section}](${posix.relative(posix.dirname(file), document)}#${anchor})`;
      },
    );
}

/** Returns the anchors of the numbered headings of a document, by number. */
function sectionAnchors(markdown: string): ReadonlyMap<string, string> {
  const slugger = new GithubSlugger();
  return new Map(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
      const [number = ""] = /^\d+(?:\.\d+)*/.exec(heading) ?? [];
      return [number, slugger.slug(heading)];
    }),
  );
}
