import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type DefaultTreeAdapterTypes, parse } from "parse5";

interface Page {
  anchors: ReadonlySet<string>;
  links: readonly string[];
}

/**
 * Returns the links of a site in a folder that lead to no file or no anchor, and everything that a page would load from
 * another server. Links to other sites are not followed.
 */
export function findBrokenPages(folder: string): string[] {
  const pages = new Map(
    globSync("**/*.{html,svg}", { cwd: folder }).map(file => [
      file,
      readPage(readFileSync(join(folder, file), "utf8")),
    ]),
  );
  return [...pages].flatMap(([file, { links }]) =>
    links.flatMap(link => {
      const problem = explain(file, link);
      return problem === undefined ? [] : [`${file}: ${link} ${problem}`];
    }),
  );

  function explain(file: string, link: string): string | undefined {
    if (/^(https?|mailto|data):/.test(link)) return undefined;
    const [path = "", anchor = ""] = decodeURI(link).split("#");
    const target = path === "" ? file : relative(folder, join(folder, dirname(file), path));
    if (!existsSync(join(folder, target))) return "does not exist";
    return anchor === "" || pages.get(target)?.anchors.has(anchor) ? undefined : "has no such anchor";
  }
}

function readPage(html: string): Page {
  const anchors = new Set<string>();
  const links: string[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ("attrs" in node) {
      for (const { name, value } of node.attrs) {
        if (name === "id") anchors.add(value);
        else if (name === "src" || name === "href") links.push(value);
      }
    }
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return { anchors, links };
}
