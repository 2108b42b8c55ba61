import { posix } from "node:path";
import { parseMarkdown } from "./parse-markdown.ts";
import type { Repository } from "./read-repository.ts";

/** Returns the relative links of Markdown files that lead to no file, folder or heading of the repository. */
export function findBrokenLinks({ paths, texts }: Repository): string[] {
  const folders = new Set([...paths].flatMap(foldersOf));
  const documents = new Map(
    [...texts].filter(([path]) => path.endsWith(".md")).map(([path, text]) => [path, parseMarkdown(text)]),
  );
  const explain = (from: string, url: string): string | undefined => {
    const [path = "", anchor] = decode(url).split("#");
    const target = path === "" ? from : posix.join(path.startsWith("/") ? "." : posix.dirname(from), path);
    const file = target.replace(/\/$/, "");
    if (!paths.has(file) && !folders.has(file)) return `${file} does not exist`;
    // A page about a folder shows its README.
    const document = documents.get(folders.has(file) ? posix.join(file, "README.md") : file);
    if (anchor === undefined || document?.anchors.has(anchor)) return undefined;
    return `${file} has no heading with the anchor #${anchor}`;
  };
  return [...documents].flatMap(([path, { links }]) =>
    links.flatMap(({ url, line }) => {
      const problem = isRelative(url) ? explain(path, url) : undefined;
      return problem === undefined ? [] : [`${path}:${line}: broken link "${url}": ${problem}`];
    }),
  );
}

/** Decodes a URL, or returns it as it is if it is malformed: no file has its name then. */
function decode(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

const isRelative = (url: string): boolean => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(url);

function foldersOf(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === "." ? ["."] : [parent, ...foldersOf(parent)];
}
