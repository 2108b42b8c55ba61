import { posix } from "node:path";
import { fromMarkdown } from "mdast-util-from-markdown";
import { visit } from "unist-util-visit";

/**
 * Makes the relative links of a Markdown file lead to the repository's web page, because a registry shows the file
 * alone. Without a repository, it keeps their texts only. `folder` is that of the file, relative to the repository's top.
 */
export function makeLinksAbsolute(
  markdown: string,
  {
    folder,
    repository,
    isFolder,
  }: { folder: string; repository: string | undefined; isFolder: (path: string) => boolean },
): string {
  const edits: { from: number; to: number; text: string }[] = [];
  visit(fromMarkdown(markdown), node => {
    if (node.type !== "link" && node.type !== "image" && node.type !== "definition") return;
    const from = node.position?.start.offset;
    const to = node.position?.end.offset;
    if (from === undefined || to === undefined || /^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(node.url)) return;
    const source = markdown.slice(from, to);
    if (repository !== undefined) {
      const [path = "", anchor] = node.url.split("#");
      const target = posix.join(folder, path).replace(/\/$/, "");
      const url = pageOf(repository, target, isFolder(target)) + (anchor === undefined ? "" : `#${anchor}`);
      // The last occurrence, because the text of a link can be its address.
      const start = from + source.lastIndexOf(node.url);
      edits.push({ from: start, to: start + node.url.length, text: url });
    } else if (node.type === "link") {
      const first = node.children[0]?.position?.start.offset ?? from;
      const last = node.children.at(-1)?.position?.end.offset ?? first;
      edits.push({ from, to, text: markdown.slice(first, last) });
    }
  });
  return edits.reduceRight((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), markdown);
}

/** Returns the web page of a file or folder of a repository. `HEAD` is the default branch. */
export function pageOf(repository: string, path: string, isFolder: boolean): string {
  const { hostname } = new URL(repository);
  const kind = isFolder ? "tree" : "blob";
  if (hostname === "dev.azure.com" || hostname.endsWith(".visualstudio.com")) return `${repository}?path=/${path}`;
  if (hostname === "bitbucket.org") return `${repository}/src/HEAD/${path}`;
  if (hostname.split(".").includes("gitlab")) return `${repository}/-/${kind}/HEAD/${path}`;
  return `${repository}/${kind}/HEAD/${path}`;
}
