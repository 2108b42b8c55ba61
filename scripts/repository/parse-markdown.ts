import GithubSlugger from "github-slugger";
import { fromMarkdown } from "mdast-util-from-markdown";
import { toString as textOf } from "mdast-util-to-string";
import { visit } from "unist-util-visit";

export interface Markdown {
  /** The anchors of the headings, as GitHub names them. */
  anchors: ReadonlySet<string>;
  /** The numbers of the numbered headings: `3.2` for `### 3.2 Token requests`, `3` for `## 3. Authentication`. */
  sections: ReadonlySet<string>;
  links: readonly { url: string; line: number }[];
  code: readonly Code[];
}

/** A code block, or a code span inside a text. */
export interface Code {
  text: string;
  /** The number of its first line. */
  line: number;
  /** The language of a block. A block without one has an empty text, and a span has none. */
  language?: string;
}

export function parseMarkdown(text: string): Markdown {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const sections = new Set<string>();
  const links: { url: string; line: number }[] = [];
  const code: Code[] = [];
  visit(fromMarkdown(text), node => {
    if (node.type === "heading") {
      const heading = textOf(node);
      anchors.add(slugger.slug(heading));
      const section = /^(\d+(?:\.\d+)*)\.? /.exec(heading)?.[1];
      if (section !== undefined) sections.add(section);
    } else if (node.type === "link" || node.type === "image" || node.type === "definition") {
      links.push({ url: node.url, line: node.position?.start.line ?? 1 });
    } else if (node.type === "code") {
      // The line after the fence.
      code.push({ text: node.value, line: (node.position?.start.line ?? 0) + 1, language: node.lang ?? "" });
    } else if (node.type === "inlineCode") {
      code.push({ text: node.value.replaceAll("\n", " "), line: node.position?.start.line ?? 1 });
    }
  });
  return { anchors, sections, links, code };
}
