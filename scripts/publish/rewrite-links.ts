import { fromMarkdown } from "mdast-util-from-markdown";
import { visit } from "unist-util-visit";

/** A link or an image, as the parser describes it. */
interface Element {
  position?: Range | undefined;
  /** The text of a link. */
  children?: readonly { position?: Range | undefined }[];
  /** The text of an image. */
  alt?: string | null | undefined;
}

interface Range {
  start: { offset?: number | undefined };
  end: { offset?: number | undefined };
}

/**
 * Changes the relative links of a Markdown file. `addressOf` gets the path of a link and returns its new address. If it
 * returns undefined, only the text of the link stays.
 */
export function rewriteLinks(markdown: string, addressOf: (path: string) => string | undefined): string {
  const edits: { from: number; to: number; text: string }[] = [];
  const leaveText = (node: Element): void => {
    const { from, to } = rangeOf(node);
    if (node.children === undefined) edits.push({ from, to, text: node.alt ?? "" });
    else {
      const text = textOf(node);
      edits.push({ from, to: text.from, text: "" }, { from: text.to, to, text: "" });
    }
  };
  const tree = fromMarkdown(markdown);
  const removed = new Set<string>();
  visit(tree, node => {
    if (node.type !== "link" && node.type !== "image" && node.type !== "definition") return;
    if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(node.url)) return;
    const { from, to } = rangeOf(node);
    const [path = "", anchor] = node.url.split("#");
    const address = addressOf(path);
    if (address !== undefined) {
      const target = anchor === undefined ? address : `${address}#${anchor}`;
      // The parser gives no position of the address, and resolves its escapes. So everything after the text is written anew.
      const text = `${/[\s()]/.test(target) ? `<${target}>` : target}${node.title ? ` ${JSON.stringify(node.title)}` : ""}`;
      if (node.type === "definition") edits.push({ from: markdown.indexOf("]:", from), to, text: `]: ${text}` });
      else {
        const end = node.type === "link" ? textOf(node).to : markdown.indexOf("](", from);
        edits.push({ from: end, to, text: `](${text})` });
      }
    } else if (node.type === "definition") {
      removed.add(node.identifier);
      edits.push({ from, to, text: "" });
    } else leaveText(node);
  });
  visit(tree, node => {
    if ((node.type === "linkReference" || node.type === "imageReference") && removed.has(node.identifier))
      leaveText(node);
  });
  return edits
    .toSorted((a, b) => a.from - b.from)
    .reduceRight((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), markdown);
}

const rangeOf = ({ position }: Element) => ({ from: position?.start.offset ?? 0, to: position?.end.offset ?? 0 });

/** Returns the range of the text of a link, which begins after its bracket. */
function textOf(link: Element) {
  const { from } = rangeOf(link);
  const first = link.children?.[0];
  const last = link.children?.at(-1);
  return { from: first ? rangeOf(first).from : from + 1, to: last ? rangeOf(last).to : from + 1 };
}
