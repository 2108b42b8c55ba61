import { posix } from "node:path";
import { fromMarkdown } from "mdast-util-from-markdown";
import { visit } from "unist-util-visit";

/**
 * Adapts the relative links of a Markdown file to the site. A link to a folder leads to the README in it. A link to a
 * file that is not in the site leads to `pageOf` of it, or becomes its text if there is no such page.
 */
export function adaptLinks(
  markdown: string,
  file: string,
  inSite: ReadonlySet<string>,
  pageOf: (path: string) => string | undefined,
): string {
  const edits: { from: number; to: number; text: string }[] = [];
  visit(fromMarkdown(markdown), node => {
    if (node.type !== "link" && node.type !== "image" && node.type !== "definition") return;
    const from = node.position?.start.offset;
    const to = node.position?.end.offset;
    if (from === undefined || to === undefined || /^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(node.url)) return;
    const [path = "", anchor] = node.url.split("#");
    const target = posix.join(posix.dirname(file), path).replace(/\/$/, "");
    const readme = posix.join(target, "README.md");
    const page = inSite.has(target) ? path : inSite.has(readme) ? posix.join(path, "README.md") : pageOf(target);
    if (page === undefined) {
      if (node.type !== "link") return;
      const first = node.children[0]?.position?.start.offset ?? from;
      const last = node.children.at(-1)?.position?.end.offset ?? first;
      edits.push({ from, to, text: markdown.slice(first, last) });
    } else if (page !== path) {
      // The last occurrence, because the text of a link can be its address.
      const start = from + markdown.slice(from, to).lastIndexOf(node.url);
      edits.push({
        from: start,
        to: start + node.url.length,
        text: page + (anchor === undefined ? "" : `#${anchor}`),
      });
    }
  });
  return edits.reduceRight((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), markdown);
}
