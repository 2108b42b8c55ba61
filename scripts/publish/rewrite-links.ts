import { fromMarkdown } from "mdast-util-from-markdown";
import { visit } from "unist-util-visit";

/**
 * Changes the relative links of a Markdown file. `addressOf` gets the path of a link and returns its new address. If it
 * returns undefined, only the text of the link stays.
 */
export function rewriteLinks(markdown: string, addressOf: (path: string) => string | undefined): string {
  const edits: { from: number; to: number; text: string }[] = [];
  visit(fromMarkdown(markdown), node => {
    if (node.type !== "link" && node.type !== "image" && node.type !== "definition") return;
    const from = node.position?.start.offset;
    const to = node.position?.end.offset;
    if (from === undefined || to === undefined || /^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(node.url)) return;
    const source = markdown.slice(from, to);
    const [path = "", anchor] = node.url.split("#");
    const address = addressOf(path);
    if (address !== undefined) {
      // The last occurrence, because the text of a link can be its address.
      const start = from + source.lastIndexOf(node.url);
      const text = address + (anchor === undefined ? "" : `#${anchor}`);
      edits.push({ from: start, to: start + node.url.length, text });
    } else if (node.type === "link") {
      const first = node.children[0]?.position?.start.offset ?? from;
      const last = node.children.at(-1)?.position?.end.offset ?? first;
      edits.push({ from, to, text: markdown.slice(first, last) });
    }
  });
  return edits.reduceRight((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), markdown);
}
